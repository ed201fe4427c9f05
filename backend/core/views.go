package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// ViewPage is a page whose table can be kept as a view.
type ViewPage string

const (
	ViewRegions  ViewPage = "regions"
	ViewFeatures ViewPage = "features"
)

// View is a named state of a table: what is filtered, how it is sorted and which columns are shown. It belongs to one
// person.
type View struct {
	ID        int64        `json:"id"`
	OwnerID   int64        `json:"-"`
	Page      ViewPage     `json:"page" enum:"regions,features"`
	Name      string       `json:"name"`
	Document  ViewDocument `json:"document"`
	CreatedAt time.Time    `json:"createdAt"`
}

// ViewDocument is what a view keeps.
type ViewDocument struct {
	Query   DatasetQuery `json:"query"`
	Sort    DatasetSort  `json:"sort,omitempty" enum:"created,name,kind,assembly,regions,size,state,owner,cellType,perturbation,sampleId,sizeType,public"`
	Desc    bool         `json:"desc,omitempty"`
	Columns []string     `json:"columns,omitempty" doc:"that are shown, in their order; none = the default ones"`
}

// ViewStore keeps views.
type ViewStore interface {
	Create(ctx context.Context, v *View) error // ErrConflict when the owner has one of that name on the page
	ByID(ctx context.Context, id int64) (*View, error)
	List(ctx context.Context, ownerID int64) ([]View, error) // by page, name
	Update(ctx context.Context, v *View) error               // name, document; ErrConflict as Create
	Delete(ctx context.Context, id int64) error
}

// Views is the service of views.
type Views struct {
	stores Stores
	now    func() time.Time
}

// NewViews builds the service.
func NewViews(stores Stores) *Views { return &Views{stores: stores, now: time.Now} }

// maxViews bounds how many views one person keeps.
const maxViews = 200

// ViewMeta is what a person says about a view.
type ViewMeta struct {
	Page     ViewPage     `json:"page" enum:"regions,features"`
	Name     string       `json:"name" maxLength:"128"`
	Document ViewDocument `json:"document"`
}

// List gives the caller's own views.
func (s *Views) List(ctx context.Context, caller Caller) ([]View, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	list, err := s.stores.Views().List(ctx, caller.UserID)
	if err != nil {
		return nil, fmt.Errorf("list views: %w", err)
	}
	return list, nil
}

// Create keeps a view. The name must be new on its page.
func (s *Views) Create(ctx context.Context, caller Caller, m ViewMeta) (*View, error) {
	have, err := s.List(ctx, caller)
	if err != nil {
		return nil, err
	}
	if len(have) >= maxViews {
		return nil, Errorf(CodeInvalid, "You have %d views already. Delete one first.", maxViews)
	}
	v := &View{OwnerID: caller.UserID, Page: m.Page, Name: strings.TrimSpace(m.Name), Document: m.Document, CreatedAt: s.now().UTC()}
	if err := checkView(v); err != nil {
		return nil, err
	}
	return v, viewError(v, s.stores.Views().Create(ctx, v))
}

// ViewPatch changes what is not nil.
type ViewPatch struct {
	Name     *string       `json:"name,omitempty" maxLength:"128"`
	Document *ViewDocument `json:"document,omitempty"`
}

// Patch renames a view or gives it another content. ErrNotFound for views of other people.
func (s *Views) Patch(ctx context.Context, caller Caller, id int64, p ViewPatch) (*View, error) {
	v, err := s.own(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if p.Name != nil {
		v.Name = strings.TrimSpace(*p.Name)
	}
	if p.Document != nil {
		v.Document = *p.Document
	}
	if err := checkView(v); err != nil {
		return nil, err
	}
	return v, viewError(v, s.stores.Views().Update(ctx, v))
}

// Delete removes a view.
func (s *Views) Delete(ctx context.Context, caller Caller, id int64) error {
	if _, err := s.own(ctx, caller, id); err != nil {
		return err
	}
	return nounNotFound(s.stores.Views().Delete(ctx, id), "view")
}

func (s *Views) own(ctx context.Context, caller Caller, id int64) (*View, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	v, err := s.stores.Views().ByID(ctx, id)
	if err == nil && v.OwnerID != caller.UserID {
		err = ErrNotFound
	}
	if err != nil {
		return nil, nounNotFound(err, "view")
	}
	return v, nil
}

func checkView(v *View) error {
	if v.Page != ViewRegions && v.Page != ViewFeatures {
		return Errorf(CodeInvalid, "There is no table %q.", v.Page).WithFields(Field{Field: "page", Message: "regions or features"})
	}
	if v.Name == "" || utf8.RuneCountInString(v.Name) > 128 {
		return Errorf(CodeInvalid, "The name must have 1 to 128 characters.").WithFields(Field{Field: "name", Message: "The name must have 1 to 128 characters."})
	}
	return nil
}

func viewError(v *View, err error) error {
	if errors.Is(err, ErrConflict) {
		return Errorf(CodeConflict, "You have a view called %q already.", v.Name).WithFields(Field{Field: "name", Message: "You have a view of this name already."})
	}
	return err
}
