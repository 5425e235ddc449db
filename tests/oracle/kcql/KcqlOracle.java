// Says what the original library makes of statements: one JSON string per line in, one line out,
// {"ok":true,"model":{...}} or {"ok":false}. The model has the members of our own in our order,
// less text and span, and less what release 2.8.7 has no getter for (those are constants here).
//
//   java -cp '<folder of jars>/*' KcqlOracle.java < statements > models

import com.datamountaineer.kcql.Field;
import com.datamountaineer.kcql.Kcql;
import com.datamountaineer.kcql.PartitionOffset;
import com.datamountaineer.kcql.Tag;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

public class KcqlOracle {
  public static void main(String[] args) throws Exception {
    // The lexer reports every dropped character there.
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
    PrintStream out = new PrintStream(System.out, false, "UTF-8");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String statement = unquote(line);
      try {
        out.print("{\"ok\":true,\"model\":" + model(Kcql.parse(statement)) + "}\n");
      } catch (Throwable refused) {
        out.print("{\"ok\":false}\n");
      }
    }
    out.flush();
  }

  private static String model(Kcql k) {
    StringBuilder o = new StringBuilder("{");
    add(o, "write_mode", k.getWriteMode());
    add(o, "target", k.getTarget());
    raw(o, "target_type", "null");
    add(o, "source", k.getSource());
    raw(o, "fields", fields(k.getFields()));
    raw(o, "key_fields", "[]");
    raw(o, "header_fields", "[]");
    raw(o, "ignored_fields", fields(k.getIgnoredFields()));
    raw(o, "primary_keys", fields(k.getPrimaryKeys()));
    raw(o, "auto_create", k.isAutoCreate());
    raw(o, "retain_structure", k.hasRetainStructure());
    add(o, "dynamic_target", k.getDynamicTarget());
    raw(o, "auto_evolve", k.isAutoEvolve());
    raw(o, "batch_size", k.getBatchSize());
    raw(o, "capitalize", k.isEnableCapitalize());
    raw(o, "initialize", k.isInitialize());
    raw(o, "project_to", k.getProjectTo());
    raw(o, "partition_by", list(copy(k.getPartitionBy()), KcqlOracle::quote));
    raw(o, "no_partition", false);
    raw(o, "bucketing", k.getBucketing() == null ? "null"
        : "{\"names\":" + list(copy(k.getBucketing().getBucketNames()), KcqlOracle::quote)
            + ",\"number\":" + k.getBucketing().getBucketsNumber() + "}");
    add(o, "timestamp", k.getTimestamp());
    add(o, "timestamp_unit", k.getTimestampUnit());
    add(o, "format", k.getFormatType());
    raw(o, "unwrap", k.isUnwrapping());
    add(o, "stored_as", k.getStoredAs());
    raw(o, "stored_as_parameters", map(k.getStoredAsParameters()));
    raw(o, "tags", list(k.getTags(), KcqlOracle::tag));
    add(o, "incremental_mode", k.getIncrementalMode());
    add(o, "with_type", k.getWithType());
    add(o, "doc_type", k.getDocType());
    add(o, "index_suffix", k.getIndexSuffix());
    raw(o, "ttl", k.getTTL());
    add(o, "converter", k.getWithConverter());
    add(o, "jms_selector", k.getWithJmsSelector());
    raw(o, "with_keys", list(k.getWithKeys(), KcqlOracle::quote));
    add(o, "key_delimiter", k.getKeyDelimeter());
    add(o, "pipeline", k.getPipeline());
    add(o, "partitioner", k.getWithPartitioner());
    add(o, "subscription", k.getWithSubscription());
    add(o, "compression", k.getWithCompression());
    raw(o, "delay", k.getWithDelay());
    add(o, "regex", k.getWithRegex());
    raw(o, "flush_size", k.getWithFlushSize());
    raw(o, "flush_interval", k.getWithFlushInterval());
    raw(o, "flush_count", k.getWithFlushCount());
    add(o, "schema_evolution", k.getWithSchemaEvolution());
    add(o, "table_location", k.getWithTableLocation());
    raw(o, "overwrite", k.getWithOverwrite());
    add(o, "partitioning", k.getWithPartitioningStrategy());
    raw(o, "limit", k.getLimit());
    add(o, "session", k.getWithSession());
    raw(o, "ack", k.getWithAck());
    raw(o, "encode_base64", k.getWithEncodeBase64());
    raw(o, "lock_time", k.getWithLockTime());
    add(o, "consumer_group", k.getConsumerGroup());
    raw(o, "partition_offsets", list(k.getPartitionOffset(), KcqlOracle::offset));
    raw(o, "sample_count", k.getSampleCount());
    raw(o, "sample_rate", k.getSampleRate());
    raw(o, "properties", "{}");
    return o.append("}").toString();
  }

  private static String fields(List<Field> fields) {
    return list(fields, f -> "{\"name\":" + quote(f.getName()) + ",\"alias\":" + quote(f.getAlias())
        + ",\"parents\":" + list(f.getParentFields(), KcqlOracle::quote)
        + ",\"type\":" + quote(f.getFieldType().toString()) + "}");
  }

  private static String tag(Tag t) {
    return "{\"key\":" + quote(t.getKey()) + ",\"value\":" + quote(t.getValue())
        + ",\"type\":" + quote(t.getType().toString()) + "}";
  }

  private static String offset(PartitionOffset p) {
    return "{\"partition\":" + p.getPartition() + ",\"offset\":" + p.getOffset() + "}";
  }

  private static <T> List<T> copy(Iterator<T> items) {
    List<T> list = new ArrayList<>();
    items.forEachRemaining(list::add);
    return list;
  }

  private static <T> String list(List<T> items, Function<T, String> each) {
    if (items == null) return "null";
    StringBuilder o = new StringBuilder("[");
    for (T item : items) {
      if (o.length() > 1) o.append(",");
      o.append(each.apply(item));
    }
    return o.append("]").toString();
  }

  private static String map(Map<String, String> map) {
    StringBuilder o = new StringBuilder("{");
    for (Map.Entry<String, String> e : new TreeMap<>(map).entrySet()) add(o, e.getKey(), e.getValue());
    return o.append("}").toString();
  }

  private static void add(StringBuilder o, String name, Object value) {
    raw(o, name, value == null ? "null" : quote(value.toString()));
  }

  private static void raw(StringBuilder o, String name, Object value) {
    if (o.length() > 1) o.append(",");
    o.append(quote(name)).append(":").append(value);
  }

  private static String quote(String text) {
    if (text == null) return "null";
    StringBuilder o = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') o.append('\\').append(c);
      else if (c < ' ' || c == 127) o.append(String.format("\\u%04x", (int) c));
      else o.append(c);
    }
    return o.append("\"").toString();
  }

  // A JSON string whose only escapes are \\, \" and \\uXXXX, as the suite writes it.
  private static String unquote(String line) {
    StringBuilder o = new StringBuilder();
    for (int i = 1; i < line.length() - 1; i++) {
      char c = line.charAt(i);
      if (c != '\\') {
        o.append(c);
      } else if (line.charAt(++i) == 'u') {
        o.append((char) Integer.parseInt(line.substring(i + 1, i + 5), 16));
        i += 4;
      } else {
        o.append(line.charAt(i));
      }
    }
    return o.toString();
  }
}
