import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The official Java SDK: `Sdk write` makes requests of events, `Sdk read` reads events. JSON in, JSON out. */
class Sdk {
  record Request(Map<String, String> headers, String body) {}

  static final ObjectMapper mapper = new ObjectMapper();
  static final JsonFormat format = new JsonFormat();

  public static void main(String[] arguments) throws Exception {
    JsonNode input = mapper.readTree(System.in);
    Object answer = arguments[0].equals("write") ? write(input) : read(input);
    System.out.write(mapper.writeValueAsBytes(answer));
    System.out.flush();
  }

  static Map<String, Object> write(JsonNode described) {
    List<Request> structured = new ArrayList<>();
    List<Request> binary = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (JsonNode one : described) {
      CloudEvent event = eventOf(one);
      structured.add(request(event, true));
      binary.add(request(event, false));
      texts.add(text(event));
    }
    // The SDK has no batches: a batch is an array of structured events.
    Map<String, String> headers = Map.of("content-type", "application/cloudevents-batch+json");
    Request batch = new Request(headers, "[" + String.join(",", texts) + "]");
    return Map.of("structured", structured, "binary", binary, "batch", batch);
  }

  static CloudEvent eventOf(JsonNode described) {
    CloudEventBuilder builder = CloudEventBuilder.v1();
    described.fields().forEachRemaining(field -> {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "specversion" -> {}
        case "id" -> builder.withId(value.textValue());
        case "source" -> builder.withSource(URI.create(value.textValue()));
        case "type" -> builder.withType(value.textValue());
        case "subject" -> builder.withSubject(value.textValue());
        case "time" -> builder.withTime(OffsetDateTime.parse(value.textValue()));
        case "data" -> builder.withData("application/json", JsonCloudEventData.wrap(value));
        default -> {
          if (value.isBoolean()) builder.withExtension(field.getKey(), value.booleanValue());
          else if (value.isInt()) builder.withExtension(field.getKey(), value.intValue());
          else builder.withExtension(field.getKey(), value.textValue());
        }
      }
    });
    return builder.build();
  }

  static Request request(CloudEvent event, boolean structured) {
    Map<String, String> headers = new HashMap<>();
    List<byte[]> body = new ArrayList<>();
    var writer = HttpMessageFactory.createWriter((name, value) -> headers.put(name.toLowerCase(), value), body::add);
    if (structured) writer.writeStructured(event, format);
    else writer.writeBinary(event);
    return new Request(headers, new String(body.get(0), StandardCharsets.UTF_8));
  }

  static List<String> read(JsonNode texts) {
    List<String> written = new ArrayList<>();
    for (JsonNode text : texts) {
      written.add(text(format.deserialize(text.textValue().getBytes(StandardCharsets.UTF_8))));
    }
    return written;
  }

  static String text(CloudEvent event) {
    return new String(format.serialize(event), StandardCharsets.UTF_8);
  }
}
