// The official Go SDK: `sdk write` makes requests of events, `sdk read` reads events. JSON in, JSON out.
package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
)

type request struct {
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

func main() {
	switch os.Args[1] {
	case "write":
		var described []map[string]json.RawMessage
		must(json.NewDecoder(os.Stdin).Decode(&described))
		must(json.NewEncoder(os.Stdout).Encode(write(described)))
	case "read":
		var texts []string
		must(json.NewDecoder(os.Stdin).Decode(&texts))
		must(json.NewEncoder(os.Stdout).Encode(read(texts)))
	}
}

func write(described []map[string]json.RawMessage) map[string]any {
	events := make([]event.Event, len(described))
	structured := make([]request, len(described))
	binary := make([]request, len(described))
	for at, one := range described {
		events[at] = eventOf(one)
		structured[at] = requestOf(binding.WithForceStructured(context.Background()), events[at])
		binary[at] = requestOf(binding.WithForceBinary(context.Background()), events[at])
	}
	batch, err := cehttp.NewHTTPRequestFromEvents(context.Background(), "http://localhost", events)
	must(err)
	return map[string]any{"structured": structured, "binary": binary, "batch": sent(batch)}
}

func eventOf(described map[string]json.RawMessage) event.Event {
	made := event.New()
	for name, text := range described {
		var value any
		must(json.Unmarshal(text, &value))
		switch name {
		case "specversion":
		case "id":
			made.SetID(value.(string))
		case "source":
			made.SetSource(value.(string))
		case "type":
			made.SetType(value.(string))
		case "subject":
			made.SetSubject(value.(string))
		case "time":
			at, err := time.Parse(time.RFC3339Nano, value.(string))
			must(err)
			made.SetTime(at)
		case "data":
			// As json.RawMessage: the SDK sends a []byte as data_base64.
			must(made.SetData("application/json", text))
		default:
			made.SetExtension(name, value)
		}
	}
	must(made.Validate())
	return made
}

func requestOf(mode context.Context, one event.Event) request {
	made, err := cehttp.NewHTTPRequestFromEvent(mode, "http://localhost", one)
	must(err)
	return sent(made)
}

func sent(made *http.Request) request {
	body, err := io.ReadAll(made.Body)
	must(err)
	headers := map[string]string{}
	for name := range made.Header {
		headers[strings.ToLower(name)] = made.Header[name][0]
	}
	return request{headers, string(body)}
}

func read(texts []string) []string {
	written := make([]string, len(texts))
	for at, text := range texts {
		var one event.Event
		must(json.Unmarshal([]byte(text), &one))
		again, err := json.Marshal(one)
		must(err)
		written[at] = string(again)
	}
	return written
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
