// Package ui is the look of Torg: the page shell, components and whole pages in
// Designsystemet (Digdir), for residents and staff of a municipality.
//
// # Writing a page
//
// A handler fills plain structs and renders a templ component; ui knows nothing
// of tenants, persons or routes. The context carries the localizer (i18n.With)
// and, through WithToken, the hidden field that every form posts.
//
//	@ui.CasePage(ui.CaseProps{
//		Page:   page,                      // ui.PageProps, filled in one place by web
//		Number: "2026/114",
//		Status: ui.TagProps{Status: ui.StatusWorking},
//	}) {
//		@ui.Card(ui.CardProps{Title: title}) { … }
//	}
//
// Labels, hints and errors are finished texts: the page's author localizes them
// with i18n.T and her own messages. The components' own words are the messages
// "ui.…" of this package.
//
// A form that is refused is shown again with its values: turn the service's
// error into texts with ErrorsOf, show ErrorSummary first (FormPage does), and
// give each field its Error by Errors.For. The summary links to the fields by
// FieldID, so the field's Name must be the one the error names.
//
// # Components
//
// Shell: Page, Breadcrumbs, Emblem, FormToken, PageHeader, Section.
// Pages: FrontPage, ListPage, CasePage, FormPage, ConfirmPage, ErrorPage,
// OfflinePage, Storybook.
// Fields: TextField, TextArea, NumberField, DateField, EmailField, PhoneField,
// SelectField, RadioGroup, CheckboxGroup, Checkbox, FileUpload, HiddenField.
// Form: Form, Fieldset, RepeatGroup, ErrorSummary, HelpText, ButtonRow, Button,
// LinkButton.
// Content: Heading, Alert, Tag, Card, LinkCard, CardGrid, Details,
// DescriptionList, Table, Timeline, DocumentList, BarChart, Empty, Hero, Icon.
// Moving about: Steps, Tabs, Pagination.
// Over the page: Dialog, DialogButton, Toast, LiveRegion, Live.
//
// # Rules that hold for all of it
//
// Everything works without scripts; scripts (frontend/src) add. They are found
// by attributes: data-autosave, data-upload, data-live, data-when, data-guard,
// data-session-expires. No style or script stands in the page, so the content
// security policy can be
//
//	default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';
//	img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'self'
//
// Pages meet WCAG 2.2 AA (forskrift om universell utforming av IKT § 4): the
// tests open every page of the storybook in a browser, small and large, light
// and dark, and run axe on it.
//
// # Conditions and autosave
//
// A Field, Fieldset or RepeatProps with When (JSON, as package forms writes it)
// is shown and hidden by the answers of its form. The script reads answers by
// name ("children[0].name"); Attrs of a field may say data-type "number",
// "boolean" or "list" where an answer is not a text, and the form may carry
// data-facts and data-today. Hidden answers are still posted: the server
// evaluates the same condition and decides.
//
// The address of FormProps.Autosave gets the form's fields as a post with the
// header X-Requested-With: fetch. Any 2xx means saved; 408, 429 and 5xx are tried
// again; every other answer, a redirect to the log-in too, stops and says so.
//
// # Files
//
// The bundle is made by tools/bundle (after npm ci in frontend) into dist, which
// is not in version control; without it pages stand unstyled but whole. Mount
// Assets at AssetPrefix, ServiceWorker at /sw.js, theme.Themes at theme.Prefix,
// and serve OfflinePage at /offline.
package ui
