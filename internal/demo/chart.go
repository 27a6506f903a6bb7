package demo

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/torg-no/torg/internal/demo/land"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/geo/crs"
	"github.com/torg-no/torg/internal/platform/geo/layers"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// chart brings the town's land into the map layers, as an operator brings in files.
func (w *worker) chart(ctx context.Context) error {
	err := w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tenant.PutSettings(ctx, tx, map[string]string{layers.SettingSystem: strconv.Itoa(crs.UTM32)})
	})
	if err != nil || w.Layers == nil {
		return err
	}
	targets, err := w.targets()
	if err != nil {
		return err
	}
	next, stop := iter.Pull(w.demo.population.Lands[w.index].Features())
	defer stop()
	_, err = w.Layers.Import(ctx, layers.Import{Layers: targets, Source: ground{next}, Whole: true, File: "torg demo"})
	if err != nil {
		return fmt.Errorf("land: %w", err)
	}
	return nil
}

// targets are the layers of the land, as the product knows them.
func (w *worker) targets() ([]layers.Target, error) {
	words := w.demo.options.Bundle.For(w.town.Lang())
	var list []layers.Target
	for _, name := range land.Layers() {
		l, known := layers.Standard(w.demo.options.Bundle, name)
		if !known {
			return nil, fmt.Errorf("land: the layer %s is not known", name)
		}
		l.EPSG, l.Attribution, l.Licence = crs.UTM32, words.T("demo.land.attribution"), words.T("demo.land.licence")
		list = append(list, layers.Target{Layer: l, Optional: true})
	}
	return list, nil
}

// ground gives a drawn land to an import.
type ground struct {
	next func() (land.Feature, bool)
}

// Next implements layers.Source.
func (g ground) Next() (layers.Incoming, error) {
	f, more := g.next()
	if !more {
		return layers.Incoming{}, io.EOF
	}
	return layers.Incoming{Layer: f.Layer, EPSG: crs.UTM32, Feature: layers.Feature{
		ID: f.ID, Geometry: f.Geometry, Properties: whole(f.Properties), From: begins(f.From), To: begins(f.To),
	}}, nil
}

// begins is the beginning of a day; a day that is none is no time.
func begins(d clock.Date) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return d.Start()
}

// whole takes the integers of a drawing for those of a layer.
func whole(properties map[string]any) map[string]any {
	for name, v := range properties {
		if n, is := v.(int); is {
			properties[name] = int64(n)
		}
	}
	return properties
}
