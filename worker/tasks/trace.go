package tasks

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"regioscope/backend/core"
)

// maxSteps bounds the spans of one run: a pipeline that goes to and fro between two messages is not worth thousands.
const maxSteps = 100

func tracer() trace.Tracer { return otel.Tracer("regioscope/worker") }

// traceRun begins the span of an attempt, under that of the request that asked for the run.
func (e *Executor) traceRun(ctx context.Context, run core.Run) (context.Context, trace.Span) {
	if run.Trace != "" {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": run.Trace})
	}
	ctx, span := tracer().Start(ctx, "run "+string(run.Pipeline), trace.WithSpanKind(trace.SpanKindConsumer))
	if span.IsRecording() {
		span.SetAttributes(attribute.Int64("regioscope.run", run.ID), attribute.Int("regioscope.attempt", run.Attempt),
			attribute.String("regioscope.queue", run.Queue), attribute.String("regioscope.worker", e.Worker), attribute.String("regioscope.request", run.RequestID))
	}
	return ctx, span
}

// endSpan says how it ended in words that anybody may read: causes may name files.
func endSpan(span trace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, safeText(err))
	}
	span.End()
}

// stepSpans makes a span of every stage that a pipeline tells. It is not safe for concurrent use.
type stepSpans struct {
	ctx   context.Context // nil: nobody wants them
	open  trace.Span
	shape string
	count int
}

func (s *stepSpans) begin(ctx context.Context) {
	if trace.SpanFromContext(ctx).IsRecording() {
		s.ctx = ctx
	}
}

// stage is told what is being done; messages that differ in numbers only are one step.
func (s *stepSpans) stage(message string) {
	if s.ctx == nil || message == "" {
		return
	}
	shape := shapeOf(message)
	if shape == s.shape || s.count == maxSteps {
		return
	}
	s.end()
	s.shape = shape
	s.count++
	_, s.open = tracer().Start(s.ctx, strings.TrimSpace(message))
}

func (s *stepSpans) end() {
	if s.open != nil {
		s.open.End()
		s.open = nil
	}
}
