package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

func TestStructureLevels(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	eve := company.Hire(t, "eve@acme.example", domain.RoleEmployee)
	who := eve.Get(t, "/me").Must(t, 200).Text(t, "person")
	house := company.Admin.Post(t, "/departments", `{"name":"House"}`).Must(t, 201).Text(t, "id")
	kitchen := company.Admin.Post(t, "/departments", `{"name":"Kitchen","parent_id":"`+house+`"}`).Must(t, 201).Text(t, "id")
	company.Admin.Put(t, "/employees/"+who+"/department", `{"department_id":"`+kitchen+`"}`).Must(t, 200)
	company.Admin.Put(t, "/departments/"+kitchen+"/head", `{"person":"`+who+`"}`).Must(t, 200)
	company.Settled(t)

	t.Run("one level below the root, with how many stand where", func(t *testing.T) {
		found := eve.Get(t, "/structure/levels").Must(t, 200)
		require.Equal(t, []any{}, found.Value(t, "above"))
		require.InDelta(t, 1, found.Value(t, "top.here"), 0)
		require.InDelta(t, 2, found.Value(t, "top.count"), 0)
		require.InDelta(t, 2, found.Value(t, "top.below"), 0)
		require.Equal(t, []any{map[string]any{"id": house, "name": "House", "head": nil, "here": 0., "count": 1., "below": 1.}}, found.Value(t, "top.departments"))
	})
	t.Run("a part, with who leads it and what is above", func(t *testing.T) {
		found := eve.Get(t, "/structure/levels?under="+kitchen+"&depth=3").Must(t, 200)
		require.Equal(t, []string{"The Company", "House"}, []string{found.Text(t, "above.0.name"), found.Text(t, "above.1.name")})
		require.Equal(t, map[string]any{
			"id": kitchen, "name": "Kitchen", "head": who, "head_name": "Hilda Hired", "here": 1., "count": 1., "below": 0., "departments": []any{},
		}, found.Value(t, "top"))
		require.NotContains(t, string(found.Body), `"people"`)
	})
	t.Run("who was dismissed leads and counts no more", func(t *testing.T) {
		company.Admin.Post(t, "/employees/"+who+"/dismiss", `{}`).Must(t, 200)
		found := company.Admin.Get(t, "/structure/levels?under="+kitchen).Must(t, 200)
		require.Nil(t, found.Value(t, "top.head"))
		require.InDelta(t, 0, found.Value(t, "top.count"), 0)
	})
	for query, code := range map[string]string{"under=x": "invalid_id", "depth=0": "invalid_request", "depth=21": "invalid_request"} {
		t.Run(query+" is refused", func(t *testing.T) {
			company.Admin.Get(t, "/structure/levels?"+query).Refused(t, 422, code)
		})
	}
	t.Run("a department that there is not is not found", func(t *testing.T) {
		company.Admin.Get(t, "/structure/levels?under=00000000-0000-4000-8000-000000000000").Refused(t, 404, "not_found")
	})
}
