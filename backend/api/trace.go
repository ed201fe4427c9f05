package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// traced tells which requests are worth a span: those of the API. Event streams have no end.
func traced(path string) bool {
	return strings.HasPrefix(path, prefix+"/") && path != prefix+"/events"
}

// begin starts the span of a request, with its trace context in W3C form. Spans are named by their route, never by the
// path: paths have ids in them. Contexts that clients send are not believed.
func begin(ctx context.Context, c *gin.Context, id string) (_ context.Context, parent string, end func()) {
	if !traced(c.Request.URL.Path) {
		return ctx, "", func() {}
	}
	ctx, span := otel.Tracer("regioscope/api").Start(ctx, c.Request.Method, trace.WithSpanKind(trace.SpanKindServer))
	if !span.IsRecording() {
		return ctx, "", func() { span.End() }
	}
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return ctx, carrier["traceparent"], func() {
		span.SetName(strings.TrimSpace(c.Request.Method + " " + c.FullPath()))
		status := c.Writer.Status()
		span.SetAttributes(attribute.String("http.request.method", c.Request.Method), attribute.String("http.route", c.FullPath()),
			attribute.Int("http.response.status_code", status), attribute.String("regioscope.request", id))
		if status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, http.StatusText(status))
		}
		span.End()
	}
}
