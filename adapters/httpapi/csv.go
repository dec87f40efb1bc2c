package httpapi

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/domain"
)

// csvType is what lists are also answered in: all pages, as a spreadsheet has them.
const csvType = "text/csv"

// asCSV reports whether a request prefers CSV.
func (a *api) asCSV(ctx context.Context) bool {
	preferred, err := a.huma.Negotiate(httpkit.ExchangeOf(ctx).Request.Header.Get("Accept"))
	return err == nil && preferred == csvType
}

// spread has a list that is asked for as CSV go on behind its first page, of which in
// is the input. Each page is asked for as the first was, by somebody who may.
func spread[I, B any](ctx context.Context, in *I, first *B, answer func(context.Context, *I) (B, error)) {
	list, is := any(first).(continued)
	asked, has := any(in).(paged)
	if !is || !has {
		return
	}
	x := httpkit.ExchangeOf(ctx)
	if x.Request.Method == http.MethodHead {
		*list.next() = "" // since nothing is shown
	}
	list.goOn(func(cursor string) (any, error) {
		*asked.cursor() = cursor
		return answer(ctx, in)
	}, x)
}

// wholeList has the input of a list ask for all of it.
func (a *api) wholeList(in any) error {
	list, is := in.(paged)
	if !is {
		return nil
	}
	for field, given := range map[string]bool{"cursor": *list.cursor() != "", "limit": *list.limit() != 0} {
		if given {
			return domain.Refuse(domain.InvalidRequest, "a list as CSV is the whole list: leave this out").In(field)
		}
	}
	*list.limit() = a.RowsAtOnce
	return nil
}

// table is a list that can be written as CSV.
type table interface {
	columns() []column
	// pages calls show with the items of each page, in order.
	pages(show func(items reflect.Value) error) error
	exchange() *httpkit.Exchange
}

func (page[T]) columns() []column             { return columnsOf(reflect.TypeFor[T](), "", nil) }
func (p page[T]) exchange() *httpkit.Exchange { return p.asked }

func (p page[T]) pages(show func(reflect.Value) error) error {
	for {
		if err := show(reflect.ValueOf(p.Items)); err != nil || p.Next == "" {
			return err
		}
		following, err := p.following(p.Next)
		if err != nil {
			return err
		}
		p.Items, p.Next = following.(page[T]).Items, following.(page[T]).Next //nolint:errcheck,forcetypeassert // because one list has one kind of page
	}
}

// errClientGone says that nobody takes the rest of an answer.
var errClientGone = errors.New("the client has gone")

// csvFormat is how huma writes what is asked for as CSV. What is no list is JSON.
func csvFormat() huma.Format {
	return huma.Format{Marshal: func(w io.Writer, value any) error {
		list, is := value.(table)
		if !is || list.exchange() == nil {
			return strictJSON().Marshal(w, value)
		}
		if err := writeCSV(w, list); err != nil {
			if !errors.Is(err, errClientGone) {
				list.exchange().Note(httpkit.ProblemOf(err, "query"))
			}
			panic(http.ErrAbortHandler) // so that nobody takes a part of the list for the whole
		}
		return nil
	}}
}

func writeCSV(w io.Writer, list table) error {
	if _, err := io.WriteString(w, httpkit.ByteOrderMark); err != nil {
		return errClientGone
	}
	columns, lines := list.columns(), csv.NewWriter(w)
	lines.UseCRLF = true
	cells := make([]string, len(columns))
	for i, one := range columns {
		cells[i] = one.name
	}
	_ = lines.Write(cells) // what fails is kept for Error
	return list.pages(func(items reflect.Value) error {
		for i := range items.Len() {
			for c, one := range columns {
				text, err := one.cell(items.Index(i))
				if err != nil {
					return fmt.Errorf("the column %s: %w", one.name, err)
				}
				cells[c] = httpkit.Defused(text)
			}
			_ = lines.Write(cells)
		}
		lines.Flush()
		if lines.Error() != nil || flush(w) != nil {
			return errClientGone
		}
		return nil
	})
}

// flush sends a page on its way.
func flush(w io.Writer) error {
	if answer, is := w.(http.ResponseWriter); is {
		return http.NewResponseController(answer).Flush()
	}
	return nil
}

// headersOf sets what the answer of an operation needs beyond its content: huma has
// chosen CSV for everything that it answers to who prefers that.
func headersOf(ctx huma.Context, value any) {
	if list, is := value.(table); is && list.exchange() != nil {
		name := mime.FormatMediaType("attachment", map[string]string{"filename": ctx.Operation().OperationID + ".csv"})
		ctx.SetHeader("Content-Type", csvType+"; charset=utf-8; header=present")
		ctx.SetHeader("Content-Disposition", name)
		return
	}
	if _, is := value.(*httpkit.Problem); is {
		ctx.SetHeader("Content-Type", (&httpkit.Problem{}).ContentType(""))
		return
	}
	ctx.SetHeader("Content-Type", "application/json")
}
