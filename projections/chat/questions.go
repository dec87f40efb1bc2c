package chat

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Query asks for an account's chat, the latest first.
type Query struct {
	Account domain.AccountID
	projections.Paging
}

// List returns a page of announcements.
func List(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Announcement], error) {
	return projections.ListInLogOrder[Announcement](ctx, reader, View(),
		projections.Query{Account: query.Account, Descending: true}, query.Paging)
}

// Mentions returns whose names the announcements' texts need.
func Mentions(announcements []Announcement) []domain.PersonID {
	var people []domain.PersonID
	for _, announcement := range announcements {
		people = append(people, announcement.Person, announcement.By)
	}
	return people
}

// Text returns the announcement in one sentence.
func Text(announcement Announcement, names projections.Names) string { return announcement.Text(names) }
