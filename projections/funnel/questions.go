package funnel

import (
	"cmp"
	"context"
	"slices"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// By is what figures are told apart by.
type By string

const (
	ByWay        By = "way"
	ByInviter    By = "inviter"
	ByDepartment By = "department"
	ByWeek       By = "week"
)

// Bys returns all of them.
func Bys() []By { return []By{ByWay, ByInviter, ByDepartment, ByWeek} }

// Query asks how far people got whose ways began in some weeks.
type Query struct {
	Account domain.AccountID
	By      By
	// From and To are the first and the last week; an empty one is no bound.
	From, To Week
}

// Group is the figures of ways that are alike in one respect, and says no other.
type Group struct {
	Alike
	Figures
}

// Answer is the figures of a time.
type Answer struct {
	Groups   []Group
	Total    Figures
	Position domain.Position
}

// Count returns the figures of a time: ways and weeks in their order, inviters and
// departments by how many came by them. It refuses with invalid_request.
func Count(ctx context.Context, reader projections.Reader, query Query) (Answer, error) {
	if err := query.check(); err != nil {
		return Answer{}, err
	}
	counts, position, err := reader.Tally(ctx, View(), query.Account, tallied, between(query.From, query.To))
	if err != nil {
		return Answer{}, err
	}
	answer, groups := Answer{Position: position}, map[Alike]*Figures{}
	for text, ways := range counts {
		found, err := parseCell(text)
		if err != nil {
			return Answer{}, err
		}
		alike := query.respect(found.Alike)
		if groups[alike] == nil {
			groups[alike] = &Figures{}
		}
		groups[alike].add(found, ways)
		answer.Total.add(found, ways)
	}
	for alike, figures := range groups {
		answer.Groups = append(answer.Groups, Group{alike, *figures})
	}
	slices.SortFunc(answer.Groups, inOrder)
	return answer, nil
}

func (q Query) check() error {
	if !slices.Contains(Bys(), q.By) {
		return domain.Refuse(domain.InvalidRequest, "the figures are told apart by way, inviter, department or week").In("by")
	}
	for i, week := range []Week{q.From, q.To} {
		if week != "" && !week.IsWeek() {
			return domain.Refuse(domain.InvalidRequest, "write a week of ISO 8601, as 2026-W05").In([]string{"from", "to"}[i])
		}
	}
	if q.To != "" && q.From > q.To {
		return domain.Refuse(domain.InvalidRequest, "this is after the week that to names").In("from")
	}
	return nil
}

// respect is the one that is asked for.
func (q Query) respect(all Alike) Alike {
	switch q.By {
	case ByWay:
		return Alike{Kind: all.Kind}
	case ByInviter:
		return Alike{Inviter: all.Inviter}
	case ByDepartment:
		return Alike{Department: cmp.Or(all.Department, domain.RootDepartment(q.Account))}
	case ByWeek:
		return Alike{Week: all.Week}
	}
	return Alike{}
}

func inOrder(a, b Group) int {
	return cmp.Or(
		cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind)),
		cmp.Compare(a.Week, b.Week),
		cmp.Compare(b.began(), a.began()),
		cmp.Compare(a.Inviter.String(), b.Inviter.String()),
		cmp.Compare(a.Department.String(), b.Department.String()),
	)
}

// began is by how much the greater groups come first.
func (f Figures) began() int { return max(f.Invited, f.Registered) }
