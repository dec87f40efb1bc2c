package codec_test

import (
	"encoding"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
)

// maker fills events in by reflection: every field, or those that must be there.
type maker struct {
	minimal   bool
	constants map[string][]string
	// draw makes arbitrary values; where it is nil they are the same each time.
	draw *rapid.T
}

func (m maker) event(t testing.TB, prototype domain.Event) domain.Event {
	t.Helper()
	value := reflect.New(reflect.TypeOf(prototype)).Elem()
	m.fill(value, "")
	event, ok := value.Interface().(domain.Event)
	require.True(t, ok)
	return event
}

func (m maker) fill(value reflect.Value, name string) {
	_, text := value.Addr().Interface().(encoding.TextUnmarshaler)
	switch constants := m.constants[value.Type().String()]; {
	case value.Type() == reflect.TypeFor[time.Time]():
		value.Set(reflect.ValueOf(m.time()))
	case text:
		value.Set(reflect.ValueOf(m.id(name)).Convert(value.Type()))
	case constants != nil:
		value.SetString(m.oneOf(constants))
	case value.Kind() == reflect.Struct:
		m.fillStruct(value)
	case value.Kind() == reflect.Slice:
		m.fillSlice(value, name)
	case value.Kind() == reflect.String:
		value.SetString(m.text(name))
	case value.Kind() == reflect.Bool:
		value.SetBool(m.draw == nil || rapid.Bool().Draw(m.draw, name))
	case value.Kind() == reflect.Int:
		value.SetInt(int64(m.number(name)))
	case value.Kind() == reflect.Uint64:
		value.SetUint(uint64(m.number(name)))
	default:
		panic("no sample for " + value.Type().String())
	}
}

func (m maker) fillStruct(value reflect.Value) {
	for i := range value.NumField() {
		name, options, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ",")
		optional := strings.Contains(options, "omitzero")
		if name == "-" || optional && (m.minimal || m.draw != nil && rapid.Bool().Draw(m.draw, name+" is left out")) {
			continue
		}
		m.fill(value.Field(i), name)
	}
}

func (m maker) fillSlice(value reflect.Value, name string) {
	length := 2
	if m.minimal {
		length = 0
	}
	if m.draw != nil {
		length = rapid.IntRange(0, 3).Draw(m.draw, name)
	}
	value.Set(reflect.MakeSlice(value.Type(), length, length))
	for i := range length {
		m.fill(value.Index(i), name)
	}
}

func (m maker) time() time.Time {
	if m.draw == nil {
		return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	}
	seconds := rapid.Int64Range(-62135596800, 253402300799).Draw(m.draw, "seconds") // the years 1 to 9999
	return time.Unix(seconds, rapid.Int64Range(0, 999_999_999).Draw(m.draw, "nanoseconds")).UTC()
}

func (m maker) id(name string) uuid.UUID {
	if m.draw == nil {
		return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name))
	}
	return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(m.draw, name))
}

func (m maker) oneOf(constants []string) string {
	if m.draw != nil {
		return rapid.SampledFrom(constants).Draw(m.draw, "constant")
	}
	for _, constant := range constants {
		if constant != "" {
			return constant
		}
	}
	return ""
}

func (m maker) text(name string) string {
	if m.draw != nil {
		return rapid.String().Draw(m.draw, name)
	}
	samples := map[string]string{
		"slug": "acme", "name": "Acme", "country": "DE", "language": "en", "greeting": "Welcome to Acme!", "mode": "public",
		"email": "grace@example.com", "address": "grace@example.com", "first_name": "Grace", "last_name": "Hopper",
		"job_title": "Rear Admiral", "message": "Join us: {link}", "reason": "not one of ours", "rule": "example.com",
		"domains": "example.com", "plan": "standard",
	}
	if sample, ok := samples[name]; ok {
		return sample
	}
	return "text"
}

func (m maker) number(name string) int {
	if m.draw != nil {
		return rapid.IntMin(0).Draw(m.draw, name)
	}
	return 1
}
