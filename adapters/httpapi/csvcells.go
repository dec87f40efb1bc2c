package httpapi

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
)

// column is a member of a list's items, by its name in JSON; those within others have
// the names of both, as actor.kind.
type column struct {
	name    string
	path    [][]int // from the item: each is a field, of what the one before is
	omitted bool    // where it is zero, as in JSON
}

// columnsOf is the columns of a type of items, in the order of its members.
func columnsOf(items reflect.Type, within string, path [][]int) (columns []column) {
	for i := range items.NumField() {
		field := items.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		here := append(path[:len(path):len(path)], field.Index)
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case field.Anonymous && name == "":
			columns = append(columns, columnsOf(inner, within, here)...)
		case !field.IsExported() || name == "-":
		case isRecord(inner):
			columns = append(columns, columnsOf(inner, within+name+".", here)...)
		default:
			columns = append(columns, column{within + name, here, strings.Contains(options, "omitzero")})
		}
	}
	return columns
}

// isRecord reports a type that has members of its own to show.
func isRecord(of reflect.Type) bool {
	textual := reflect.TypeFor[encoding.TextMarshaler]()
	return of.Kind() == reflect.Struct && !of.Implements(textual) && !reflect.PointerTo(of).Implements(textual) && of != reflect.TypeFor[payload]()
}

// cell is what an item has in the column.
func (c column) cell(item reflect.Value) (string, error) {
	for _, field := range c.path {
		if item.Kind() == reflect.Pointer {
			if item.IsNil() {
				return "", nil
			}
			item = item.Elem()
		}
		item = item.FieldByIndex(field)
	}
	if c.omitted && item.IsZero() {
		return "", nil
	}
	return textOf(item)
}

// textOf is a value as people read it: lists with a semicolon between, and what has
// members of its own as JSON.
func textOf(value reflect.Value) (string, error) {
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return "", nil
		}
		value = value.Elem()
	}
	if texts, is := value.Interface().(encoding.TextMarshaler); is {
		text, err := texts.MarshalText()
		return string(text), err
	}
	switch value.Kind() { //nolint:exhaustive // because no item has others
	case reflect.Slice:
		if isRecord(value.Type().Elem()) && value.Len() > 0 {
			return jsonText(value)
		}
		parts := make([]string, value.Len())
		for i := range parts {
			var err error
			if parts[i], err = textOf(value.Index(i)); err != nil {
				return "", err
			}
		}
		return strings.Join(parts, "; "), nil
	case reflect.Struct, reflect.Map:
		return jsonText(value)
	default:
		return fmt.Sprint(value.Interface()), nil
	}
}

func jsonText(value reflect.Value) (string, error) {
	text, err := marshal(value.Interface())
	return string(text), err
}
