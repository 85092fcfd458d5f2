package dev.pullgate.credential;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the entries of a pull secret with the leniency and the strictness of Go's `encoding/json`:
/// field names in any case, null as absent, another type as an error.
final class PullSecretParser {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private PullSecretParser() {}

  static List<PullSecret.Entry> entries(boolean underAuths, byte[] content)
      throws MalformedPullSecretException {
    JsonNode root = parse(content);
    Optional<JsonNode> auths = underAuths ? field(root, "auths") : Optional.of(root);
    List<PullSecret.Entry> entries = new ArrayList<>();
    if (auths.isPresent()) {
      requireObject(auths.get(), "auths");
      for (Map.Entry<String, JsonNode> entry : auths.get().properties()) {
        entries.add(entry(entry.getKey(), entry.getValue()));
      }
    }
    return entries;
  }

  private static JsonNode parse(byte[] content) throws MalformedPullSecretException {
    JsonNode root;
    try {
      root = MAPPER.readTree(content);
    } catch (JsonProcessingException e) {
      throw new MalformedPullSecretException(
          "its content is no valid JSON (line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ")");
    } catch (IOException e) {
      throw new MalformedPullSecretException("its content cannot be read as JSON");
    }
    requireObject(root, "the document");
    return root;
  }

  private static void requireObject(JsonNode node, String what)
      throws MalformedPullSecretException {
    if (!node.isObject() && !node.isNull()) {
      throw new MalformedPullSecretException(what + " is no JSON object");
    }
  }

  private static PullSecret.Entry entry(String key, JsonNode node)
      throws MalformedPullSecretException {
    requireObject(node, "the entry of " + key);
    String username = text(node, key, "username");
    String password = text(node, key, "password");
    text(node, key, "email");
    String auth = text(node, key, "auth");
    if (auth.isEmpty()) {
      return new PullSecret.Entry(key, username, password);
    }
    String decoded = decode(auth, key);
    int colon = decoded.indexOf(':');
    if (colon < 0) {
      throw new MalformedPullSecretException(
          "auth of " + key + " is not base64 of username:password");
    }
    return new PullSecret.Entry(key, decoded.substring(0, colon), decoded.substring(colon + 1));
  }

  private static String decode(String auth, String key) throws MalformedPullSecretException {
    String base64 = auth.replace("\r", "").replace("\n", "");
    boolean padded = auth.strip().endsWith("=");
    try {
      byte[] decoded = Base64.getDecoder().decode(base64);
      // Java takes unpadded text as well; Go takes it only where nothing is left over to pad.
      if (padded && base64.length() % 4 != 0) {
        throw new IllegalArgumentException("padding");
      }
      return new String(decoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw new MalformedPullSecretException("auth of " + key + " is no valid base64");
    }
  }

  private static String text(JsonNode node, String key, String name)
      throws MalformedPullSecretException {
    Optional<JsonNode> value = field(node, name);
    if (value.isEmpty()) {
      return "";
    }
    if (!value.get().isTextual()) {
      throw new MalformedPullSecretException(name + " of " + key + " is no text");
    }
    return value.get().textValue();
  }

  private static Optional<JsonNode> field(JsonNode node, String name) {
    JsonNode exact = node.get(name);
    if (exact == null) {
      for (Map.Entry<String, JsonNode> candidate : node.properties()) {
        if (candidate.getKey().equalsIgnoreCase(name)) {
          exact = candidate.getValue();
        }
      }
    }
    return Optional.ofNullable(exact).filter(value -> !value.isNull());
  }
}
