// Package trace sends OpenTelemetry traces to a collector by OTLP over HTTP, where the settings name one. The rest of the
// code speaks to OpenTelemetry's API only, which does nothing until Open was called: without a collector a span costs no
// allocation and no lock.
//
// One trace goes from a request to the run that it asked for: the request's context in W3C form lies in the run's row
// (core.Trail.Trace), not in the task of Redis, because tasks only wake workers and may be lost.
package trace

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// Open begins to send the spans of this process, as service, to the collector at endpoint, http(s)://HOST:PORT; the path is
// /v1/traces unless it has one. With endpoint "" nothing is kept. close sends what is left.
//
// A collector that is away loses spans and nothing else; log is told. OpenTelemetry's own variables are honoured:
// OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS, OTEL_RESOURCE_ATTRIBUTES, OTEL_BSP_*.
func Open(ctx context.Context, endpoint, service string, log *slog.Logger) (closing func(), err error) {
	if endpoint == "" {
		return func() {}, nil
	}
	target, err := Target(endpoint)
	if err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(target))
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces not sent", "cause", err) }))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter, sdk.WithBatchTimeout(2*time.Second)), sdk.WithResource(describe(service)))
	otel.SetTracerProvider(provider)
	return func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		if err := provider.Shutdown(last); err != nil {
			log.Warn("the last traces were not sent", "cause", err)
		}
	}, nil
}

// Target is where the traces go: endpoint with its path.
func Target(endpoint string) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("trace: the collector's address must be such as http://collector:4318")
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/v1/traces"
	}
	return u.String(), nil
}

func describe(service string) *resource.Resource {
	host, _ := os.Hostname()
	version := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	own := resource.NewSchemaless(attribute.String("service.name", service), attribute.String("service.version", version),
		attribute.String("service.instance.id", fmt.Sprintf("%s:%d", host, os.Getpid())))
	merged, err := resource.Merge(resource.Environment(), own)
	if err != nil {
		return own
	}
	return merged
}
