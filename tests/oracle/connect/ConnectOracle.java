// Says what Apache Kafka Connect's own classes make of vectors: one JSON object per line in, from
// the files named as arguments or from stdin, one result line out, in the same order. The format is
// described in vectors/README.md.
//
//   java -Dfile.encoding=UTF-8 -Duser.timezone=UTC -Duser.language=en -Duser.country=US \
//        -cp '<folder of jars>/*' ConnectOracle.java vectors/*.jsonl > answers
//
// An error is the exception that leaves the public method of the plugin: configure, apply, test,
// fromConnectData, toConnectData, fromConnectHeader or toConnectHeader. Its causes are not looked
// at. So are data that JsonConverter cannot read, and a class that is not there, is abstract or is of
// another kind. A line that is no vector gives the class "vector".

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

@SuppressWarnings("deprecation") // what every release of Jackson 2 has
public class ConnectOracle {
  private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);
  // As the deserializer of JsonConverter reads.
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(JSON);

  private static final ObjectMapper DOUBLES = new ObjectMapper();

  private final JsonConverter envelope = new JsonConverter();
  private final JsonConverterConfig envelopeConfig;
  private final Method toConnect;
  private final Method toJson;
  // Numbers of the present line that are written -0.0: a BigDecimal has no sign to tell.
  private final Set<JsonNode> negativeZeros = Collections.newSetFromMap(new IdentityHashMap<>());

  /** The vector itself is at fault, or this program. */
  private static class BadVector extends Exception {
    BadVector(String message) {
      super(message);
    }
  }

  private ConnectOracle() throws ReflectiveOperationException {
    Map<String, Object> config = new HashMap<>();
    config.put("schemas.enable", true);
    config.put("schemas.cache.size", 100);
    config.put("replace.null.with.default", false);
    config.put("converter.type", "value");
    envelope.configure(config, false);
    envelopeConfig = new JsonConverterConfig(config);
    // The public methods work on bytes, and JSON text has no infinities.
    toConnect =
        JsonConverter.class.getDeclaredMethod(
            "convertToConnect", Schema.class, JsonNode.class, JsonConverterConfig.class);
    toConnect.setAccessible(true);
    toJson = JsonConverter.class.getDeclaredMethod("convertToJson", Schema.class, Object.class);
    toJson.setAccessible(true);
  }

  public static void main(String[] args) throws Exception {
    PrintStream out =
        new PrintStream(new BufferedOutputStream(System.out), false, StandardCharsets.UTF_8);
    // Logging goes to the console unless told otherwise; answers are the only thing there.
    System.setProperty("org.apache.logging.log4j.level", "OFF");
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    ConnectOracle oracle = new ConnectOracle();
    if (args.length == 0) {
      oracle.answer(System.in, out);
    }
    for (String file : args) {
      try (InputStream in = Files.newInputStream(Path.of(file))) {
        oracle.answer(in, out);
      }
    }
    out.flush();
    if (out.checkError()) {
      System.exit(1);
    }
  }

  private void answer(InputStream in, PrintStream out) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isBlank()) {
        out.print(answer(line));
        out.print('\n');
      }
    }
  }

  private String answer(String line) {
    ObjectNode result = JSON.objectNode();
    try {
      JsonNode vector = MAPPER.readTree(line);
      negativeZeros.clear();
      if (line.contains("-0")) {
        noteNegativeZeros(vector, DOUBLES.readTree(line));
      }
      result.set("id", vector.get("id"));
      answer(vector, result);
      return MAPPER.writeValueAsString(result);
    } catch (Throwable failure) {
      JsonNode id = result.get("id");
      result = JSON.objectNode();
      result.set("id", id);
      error(failure, result);
      return result.toString();
    }
  }

  private static void error(Throwable failure, ObjectNode result) {
    ObjectNode error = result.putObject("error");
    boolean bad = failure instanceof BadVector || failure instanceof JsonProcessingException;
    error.put("class", bad ? "vector" : failure.getClass().getName());
    // The maps of vectors stand for JsonConverter's.
    String message = failure.getMessage();
    error.put(
        "message",
        message == null ? null : message.replace("java.util.LinkedHashMap", "java.util.HashMap"));
  }

  private void noteNegativeZeros(JsonNode exact, JsonNode doubles) {
    if (doubles.isDouble() && Double.compare(doubles.doubleValue(), -0.0) == 0) {
      negativeZeros.add(exact);
    }
    Iterator<JsonNode> items = doubles.iterator();
    for (JsonNode item : exact) {
      noteNegativeZeros(item, items.next());
    }
  }

  private void answer(JsonNode vector, ObjectNode result) throws Throwable {
    String topic = vector.path("topic").asText("topic");
    String op = vector.path("op").asText();
    switch (op) {
      case "transform" -> transform(vector, result);
      case "predicate" -> {
        try (Predicate<SourceRecord> predicate = create(vector, Predicate.class)) {
          SourceRecord record = record(vector.path("record"));
          predicate.configure(config(vector));
          result.put("matches", predicate.test(record));
        }
      }
      case "to_bytes" -> {
        SchemaAndValue data = data(vector.get("data"));
        byte[] bytes = converter(vector).fromConnectData(topic, data.schema(), data.value());
        result.put("bytes", bytes == null ? null : HexFormat.of().formatHex(bytes));
      }
      case "from_bytes" -> {
        byte[] bytes = bytes(vector);
        result.set("data", data(converter(vector).toConnectData(topic, bytes)));
      }
      case "header_to_bytes" -> {
        SchemaAndValue data = data(vector.get("data"));
        byte[] bytes =
            headerConverter(vector).fromConnectHeader(topic, "header", data.schema(), data.value());
        result.put("bytes", bytes == null ? null : HexFormat.of().formatHex(bytes));
      }
      case "header_from_bytes" -> {
        byte[] bytes = bytes(vector);
        result.set("data", data(headerConverter(vector).toConnectHeader(topic, "header", bytes)));
      }
      case "config" -> {
        configure(vector);
        result.put("accepted", true);
      }
      default -> throw new BadVector("op: " + op);
    }
  }

  /** A transform, and what decides whether it sees a record. */
  private record Stage(
      Transformation<SourceRecord> transform, Predicate<SourceRecord> predicate, boolean negate) {}

  private void transform(JsonNode vector, ObjectNode result) throws Throwable {
    List<SourceRecord> records = new ArrayList<>();
    if (vector.has("records")) {
      for (JsonNode record : vector.get("records")) {
        records.add(record(record));
      }
    } else {
      records.add(record(vector.path("record")));
    }
    Iterable<JsonNode> chain = vector.has("chain") ? vector.get("chain") : List.of(vector);
    List<Stage> stages = new ArrayList<>();
    // All are configured before the first record, as when a task starts.
    for (JsonNode link : chain) {
      Transformation<SourceRecord> transform = create(link, Transformation.class);
      transform.configure(config(link));
      Predicate<SourceRecord> predicate = null;
      if (link.has("predicate")) {
        predicate = create(link.get("predicate"), Predicate.class);
        predicate.configure(config(link.get("predicate")));
      }
      stages.add(new Stage(transform, predicate, link.path("negate").asBoolean()));
    }
    if (!vector.has("records")) {
      pass(records.get(0), stages, result);
      return;
    }
    ArrayNode results = result.putArray("results");
    for (SourceRecord record : records) {
      ObjectNode each = JSON.objectNode();
      try {
        pass(record, stages, each);
      } catch (Throwable failure) {
        each = JSON.objectNode();
        error(failure, each);
      }
      results.add(each);
    }
  }

  private void pass(SourceRecord record, List<Stage> stages, ObjectNode result) throws Throwable {
    for (Stage stage : stages) {
      boolean applies =
          stage.predicate == null || stage.predicate.test(record) != stage.negate;
      if (applies) {
        record = stage.transform.apply(record);
      }
      if (record == null) {
        result.put("dropped", true);
        return;
      }
    }
    result.set("record", record(record));
  }

  @SuppressWarnings("unchecked")
  private static <T> T create(JsonNode from, Class<?> kind)
      throws ReflectiveOperationException {
    String name = from.path("class").asText();
    return (T) Class.forName(name).asSubclass(kind).getDeclaredConstructor().newInstance();
  }

  private static Map<String, String> config(JsonNode from) {
    Map<String, String> config = new LinkedHashMap<>();
    from.path("config")
        .fields()
        .forEachRemaining(
            e -> config.put(e.getKey(), e.getValue().isNull() ? null : e.getValue().asText()));
    return config;
  }

  private static Converter converter(JsonNode vector)
      throws ReflectiveOperationException {
    Converter converter = create(vector, Converter.class);
    converter.configure(config(vector), vector.path("position").asText("value").equals("key"));
    return converter;
  }

  private static HeaderConverter headerConverter(JsonNode vector)
      throws ReflectiveOperationException {
    HeaderConverter converter = create(vector, HeaderConverter.class);
    Map<String, String> config = config(vector);
    config.put("converter.type", "header");
    converter.configure(config);
    return converter;
  }

  // As a worker does: each setting by itself when the connector is posted, then all of them together
  // when the plugin is made.
  private static void configure(JsonNode vector) throws Throwable {
    Map<String, String> config = config(vector);
    String position = vector.path("position").asText();
    switch (position) {
      case "transform" -> {
        try (Transformation<SourceRecord> transform = create(vector, Transformation.class)) {
          check(transform.config(), config);
          transform.configure(config);
        }
      }
      case "predicate" -> {
        try (Predicate<SourceRecord> predicate = create(vector, Predicate.class)) {
          check(predicate.config(), config);
          predicate.configure(config);
        }
      }
      case "key", "value" -> {
        Converter converter = create(vector, Converter.class);
        config.putIfAbsent("converter.type", position);
        check(converter.config(), config);
        converter.configure(config, position.equals("key"));
      }
      case "header" -> {
        HeaderConverter converter = create(vector, HeaderConverter.class);
        config.putIfAbsent("converter.type", position);
        check(converter.config(), config);
        converter.configure(config);
      }
      default -> throw new BadVector("position: " + position);
    }
  }

  private static void check(ConfigDef def, Map<String, String> config) {
    Map<String, ConfigValue> values = def.validateAll(config);
    // In the order of the table; the map has none.
    for (String name : def.names()) {
      List<String> errors = values.get(name).errorMessages();
      if (!errors.isEmpty()) {
        throw new ConfigException(errors.get(0));
      }
    }
  }

  private static byte[] bytes(JsonNode vector) throws BadVector {
    JsonNode bytes = vector.get("bytes");
    if (bytes == null) {
      throw new BadVector("bytes: missing");
    }
    return bytes.isNull() ? null : HexFormat.of().parseHex(bytes.asText());
  }

  // Records.

  private SourceRecord record(JsonNode node) throws Throwable {
    SchemaAndValue key = data(node.get("key"));
    SchemaAndValue value = data(node.get("value"));
    ConnectHeaders headers = new ConnectHeaders();
    for (JsonNode header : node.path("headers")) {
      SchemaAndValue data = data(header.get("data"));
      headers.add(header.path("name").asText(), data.value(), data.schema());
    }
    JsonNode topic = node.path("topic");
    JsonNode partition = node.path("partition");
    JsonNode timestamp = node.path("timestamp");
    return new SourceRecord(
        Map.of(),
        Map.of(),
        topic.isTextual() ? topic.asText() : null,
        partition.isNumber() ? partition.intValue() : null,
        key.schema(),
        key.value(),
        value.schema(),
        value.value(),
        timestamp.isNumber() ? timestamp.longValue() : null,
        headers);
  }

  private ObjectNode record(ConnectRecord<?> record) throws Throwable {
    ObjectNode node = JSON.objectNode();
    node.put("topic", record.topic());
    node.put("partition", record.kafkaPartition());
    node.put("timestamp", record.timestamp());
    node.set("key", data(new SchemaAndValue(record.keySchema(), record.key())));
    node.set("value", data(new SchemaAndValue(record.valueSchema(), record.value())));
    ArrayNode headers = node.putArray("headers");
    for (Header header : record.headers()) {
      ObjectNode each = headers.addObject();
      each.put("name", header.key());
      each.set("data", data(new SchemaAndValue(header.schema(), header.value())));
    }
    return node;
  }

  // Data: JsonConverter's envelope, with `types` beside a payload without schema.

  private SchemaAndValue data(JsonNode node) throws Throwable {
    if (node == null || node.isNull()) {
      return SchemaAndValue.NULL;
    }
    JsonNode payload = node.path("payload");
    if (payload.isMissingNode()) {
      payload = NullNode.instance;
    }
    if (node.path("schema").isObject()) {
      Schema schema = envelope.asConnectSchema(node.get("schema"));
      Object value = toConnect(schema, floats(schema, payload));
      return new SchemaAndValue(schema, inOrder(schema, value, payload));
    }
    JsonNode types = node.get("types");
    Object value =
        types == null || types.isNull()
            ? inOrder(null, toConnect(null, payload), payload)
            : typed(payload, types);
    return new SchemaAndValue(null, value);
  }

  // JsonConverter makes hash maps. The order of the vector can be compared where it is printed.
  private Object inOrder(Schema schema, Object value, JsonNode node) throws Throwable {
    if (value instanceof Map<?, ?> map) {
      Schema keys = schema == null ? null : schema.keySchema();
      Schema values = schema == null ? null : schema.valueSchema();
      Map<Object, Object> ordered = new LinkedHashMap<>();
      if (node.isObject()) {
        for (Iterator<Map.Entry<String, JsonNode>> it = node.fields(); it.hasNext(); ) {
          Map.Entry<String, JsonNode> e = it.next();
          ordered.put(e.getKey(), inOrder(values, map.get(e.getKey()), e.getValue()));
        }
      } else {
        for (JsonNode pair : node) {
          Object key = toConnect(keys, floats(keys, pair.get(0)));
          // Bytes are no key that a map finds again.
          Object item =
              map.containsKey(key)
                  ? map.get(key)
                  : toConnect(values, floats(values, pair.get(1)));
          ordered.put(key, inOrder(values, item, pair.get(1)));
        }
      }
      return ordered;
    }
    if (value instanceof List<?> list) {
      List<Object> ordered = new ArrayList<>();
      Schema items = schema == null ? null : schema.valueSchema();
      // JsonConverter takes an object's members for items, too.
      Iterator<JsonNode> nodes = node.iterator();
      for (Object item : list) {
        ordered.add(inOrder(items, item, nodes.next()));
      }
      return ordered;
    }
    if (value instanceof Struct struct) {
      for (Field field : struct.schema().fields()) {
        Object item = struct.getWithoutDefault(field.name());
        if (item != null && node.has(field.name())) {
          struct.put(field, inOrder(field.schema(), item, node.get(field.name())));
        }
      }
    }
    return value;
  }

  private ObjectNode data(SchemaAndValue data) throws Throwable {
    if (data == null) {
      // As the worker takes it, when it adds the header to a record.
      data = SchemaAndValue.NULL;
    }
    ObjectNode node = JSON.objectNode();
    node.set("schema", envelope.asJsonSchema(data.schema()));
    if (data.schema() == null) {
      node.set("payload", plain(data.value()));
      node.set("types", types(data.value()));
    } else {
      node.set("payload", (JsonNode) invoke(toJson, envelope, data.schema(), data.value()));
    }
    return node;
  }

  private Object toConnect(Schema schema, JsonNode payload) throws Throwable {
    return invoke(toConnect, null, schema, payload, envelopeConfig);
  }

  private static Object invoke(Method method, Object self, Object... arguments) throws Throwable {
    try {
      return method.invoke(self, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  // The payload with what JSON cannot say as numbers, which are strings under a float type.
  private static JsonNode floats(Schema schema, JsonNode node) {
    if (schema == null) {
      return node;
    }
    switch (schema.type()) {
      case FLOAT32:
        return node.isTextual() ? FloatNode.valueOf(Float.parseFloat(node.asText())) : node;
      case FLOAT64:
        return node.isTextual() ? DoubleNode.valueOf(Double.parseDouble(node.asText())) : node;
      case ARRAY: {
        if (!node.isArray()) {
          return node;
        }
        ArrayNode copy = JSON.arrayNode();
        node.forEach(item -> copy.add(floats(schema.valueSchema(), item)));
        return copy;
      }
      case MAP: {
        if (node.isObject()) {
          ObjectNode copy = JSON.objectNode();
          node.fields()
              .forEachRemaining(
                  e -> copy.set(e.getKey(), floats(schema.valueSchema(), e.getValue())));
          return copy;
        }
        if (!node.isArray()) {
          return node;
        }
        ArrayNode copy = JSON.arrayNode();
        for (JsonNode pair : node) {
          if (!pair.isArray() || pair.size() != 2) {
            copy.add(pair);
            continue;
          }
          ArrayNode each = copy.addArray();
          each.add(floats(schema.keySchema(), pair.get(0)));
          each.add(floats(schema.valueSchema(), pair.get(1)));
        }
        return copy;
      }
      case STRUCT: {
        if (!node.isObject()) {
          return node;
        }
        ObjectNode copy = ((ObjectNode) node).deepCopy();
        for (Field field : schema.fields()) {
          if (copy.has(field.name())) {
            copy.set(field.name(), floats(field.schema(), copy.get(field.name())));
          }
        }
        return copy;
      }
      default:
        return node;
    }
  }

  // A value without schema whose Java types are told.
  private Object typed(JsonNode node, JsonNode types) throws BadVector, IOException {
    if (types.isObject()) {
      if (!node.isObject()) {
        throw new BadVector("types: an object beside " + node);
      }
      // The order of the vector, so that a printed map can be compared.
      Map<String, Object> map = new LinkedHashMap<>();
      for (Iterator<Map.Entry<String, JsonNode>> it = node.fields(); it.hasNext(); ) {
        Map.Entry<String, JsonNode> entry = it.next();
        map.put(entry.getKey(), typed(entry.getValue(), types.path(entry.getKey())));
      }
      return map;
    }
    if (types.isArray()) {
      if (!node.isArray() || node.size() != types.size()) {
        throw new BadVector("types: a list of " + types.size() + " beside " + node);
      }
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < node.size(); i++) {
        list.add(typed(node.get(i), types.get(i)));
      }
      return list;
    }
    if (node.isNull() && !types.isMissingNode()) {
      return null;
    }
    String type = types.asText();
    boolean fits =
        switch (type) {
          case "int8", "int16", "int32", "int64", "date" ->
              node.isIntegralNumber() && node.canConvertToLong();
          case "float32", "float64" -> node.isNumber() || node.isTextual();
          case "boolean" -> node.isBoolean();
          case "null" -> true;
          default -> node.isTextual();
        };
    if (!fits) {
      throw new BadVector("types: " + types + " beside " + node);
    }
    if (type.startsWith("decimal:")) {
      try {
        return new BigDecimal(node.asText()).setScale(Integer.parseInt(type.substring(8)));
      } catch (ArithmeticException | NumberFormatException e) {
        throw new BadVector("types: " + types + " beside " + node);
      }
    }
    return switch (type) {
      case "int8" -> (byte) node.intValue();
      case "int16" -> (short) node.intValue();
      case "int32" -> node.intValue();
      case "int64" -> node.longValue();
      case "float32" ->
          node.isTextual()
              ? Float.parseFloat(node.asText())
              : negativeZeros.contains(node) ? -0.0f : node.floatValue();
      case "float64" ->
          node.isTextual()
              ? Double.parseDouble(node.asText())
              : negativeZeros.contains(node) ? -0.0 : node.doubleValue();
      case "boolean" -> node.booleanValue();
      case "string" -> node.asText();
      case "bytes" -> node.binaryValue();
      case "date" -> new Date(node.longValue());
      case "null" -> null;
      default -> throw new BadVector("types: " + types);
    };
  }

  private static JsonNode plain(Object value) {
    if (value == null) return NullNode.instance;
    if (value instanceof Byte v) return JSON.numberNode(v);
    if (value instanceof Short v) return JSON.numberNode(v);
    if (value instanceof Integer v) return JSON.numberNode(v);
    if (value instanceof Long v) return JSON.numberNode(v);
    if (value instanceof Float v) return JSON.numberNode(v);
    if (value instanceof Double v) return JSON.numberNode(v);
    if (value instanceof Boolean v) return JSON.booleanNode(v);
    if (value instanceof byte[] v) return BinaryNode.valueOf(v);
    if (value instanceof ByteBuffer v) return BinaryNode.valueOf(copy(v));
    if (value instanceof Date v) return JSON.numberNode(v.getTime());
    if (value instanceof List<?> v) {
      ArrayNode list = JSON.arrayNode();
      v.forEach(item -> list.add(plain(item)));
      return list;
    }
    if (value instanceof Map<?, ?> v) {
      if (v.keySet().stream().allMatch(key -> key instanceof String)) {
        ObjectNode map = JSON.objectNode();
        v.forEach((key, item) -> map.set((String) key, plain(item)));
        return map;
      }
      ArrayNode pairs = JSON.arrayNode();
      v.forEach((key, item) -> pairs.addArray().add(plain(key)).add(plain(item)));
      return pairs;
    }
    if (value instanceof Struct v) {
      ObjectNode struct = JSON.objectNode();
      v.schema().fields().forEach(f -> struct.set(f.name(), plain(v.getWithoutDefault(f.name()))));
      return struct;
    }
    return TextNode.valueOf(value.toString());
  }

  private static JsonNode types(Object value) {
    if (value instanceof List<?> v) {
      ArrayNode list = JSON.arrayNode();
      v.forEach(item -> list.add(types(item)));
      return list;
    }
    if (value instanceof Map<?, ?> v) {
      if (v.keySet().stream().allMatch(key -> key instanceof String)) {
        ObjectNode map = JSON.objectNode();
        v.forEach((key, item) -> map.set((String) key, types(item)));
        return map;
      }
      ArrayNode pairs = JSON.arrayNode();
      v.forEach((key, item) -> pairs.addArray().add(types(key)).add(types(item)));
      return pairs;
    }
    if (value instanceof Struct v) {
      ObjectNode struct = JSON.objectNode();
      v.schema().fields().forEach(f -> struct.set(f.name(), types(v.getWithoutDefault(f.name()))));
      return struct;
    }
    return TextNode.valueOf(leaf(value));
  }

  private static String leaf(Object value) {
    if (value == null) return "null";
    if (value instanceof Byte) return "int8";
    if (value instanceof Short) return "int16";
    if (value instanceof Integer) return "int32";
    if (value instanceof Long) return "int64";
    if (value instanceof Float) return "float32";
    if (value instanceof Double) return "float64";
    if (value instanceof Boolean) return "boolean";
    if (value instanceof String) return "string";
    if (value instanceof byte[] || value instanceof ByteBuffer) return "bytes";
    if (value instanceof Date) return "date";
    if (value instanceof BigDecimal v) return "decimal:" + v.scale();
    return value.getClass().getName();
  }

  private static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
