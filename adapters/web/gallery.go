package web

import (
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/domain"
)

// gallery lists all pages in all their states, where there is a sample company.
func (p *Pages) gallery(v *visit) error {
	if p.Demo == nil {
		return domain.Refuse(domain.NotFound, "")
	}
	return v.page("Gallery", views.GalleryIndex(v.frame("Gallery"), views.Gallery()))
}

// example is a page in a state, from fixed data: in the language of the query, if that says.
func (p *Pages) example(v *visit) error {
	v.t = texts.Match(v.URL.Query().Get("language"), v.Header.Get("Accept-Language"))
	for _, one := range views.Gallery() {
		if p.Demo != nil && one.Page == v.PathValue("page") && one.State == v.PathValue("state") {
			frame := one.Frame(v.t, v.URL.Path)
			return v.show(200, views.Page(frame, one.Content(frame)))
		}
	}
	return domain.Refuse(domain.NotFound, "")
}
