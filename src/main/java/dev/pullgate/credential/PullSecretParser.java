package dev.pullgate.credential;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads the entries of a pull secret with the leniency and the strictness of Go's `encoding/json`:
/// field names in any case, null as absent, another type as an error, and of what stands twice the
/// last one, though the first must be of the right type too.
final class PullSecretParser {
  /// The depth is Go's; the rest is bounded by the size of a secret.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(10_000)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /// Jackson takes other characters for hexadecimal digits, such as U+0130 for a zero.
  private static final Pattern BAD_ESCAPE =
      Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*+\\\\u(?![0-9A-Fa-f]{4})");

  private final JsonParser parser;
  private final Map<String, PullSecret.Entry> entries = new LinkedHashMap<>();

  private PullSecretParser(JsonParser parser) {
    this.parser = parser;
  }

  static List<PullSecret.Entry> entries(boolean underAuths, byte[] content)
      throws MalformedPullSecretException {
    String text = new String(content, StandardCharsets.UTF_8);
    if (BAD_ESCAPE.matcher(text).find()) {
      throw new MalformedPullSecretException("its content is no valid JSON");
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      PullSecretParser reading = new PullSecretParser(parser);
      reading.document(underAuths);
      return new ArrayList<>(reading.entries.values());
    } catch (JsonProcessingException e) {
      throw new MalformedPullSecretException("its content is no valid JSON" + place(e));
    } catch (IOException e) {
      throw new MalformedPullSecretException("its content cannot be read as JSON");
    }
  }

  /// JSON that is nested too deeply has no place.
  private static String place(JsonProcessingException exception) {
    JsonLocation location = exception.getLocation();
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }

  private void document(boolean underAuths) throws IOException, MalformedPullSecretException {
    if (parser.nextToken() == null) {
      throw new MalformedPullSecretException("its content is empty");
    }
    if (!underAuths) {
      auths("the document");
    } else if (entersObject("the document")) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equalsIgnoreCase("auths")) {
          auths("auths");
        } else if (name.equalsIgnoreCase("HttpHeaders")) {
          headers();
        } else {
          parser.skipChildren();
        }
      }
    }
    if (parser.nextToken() != null) {
      throw new MalformedPullSecretException("something follows behind its JSON");
    }
  }

  /// Whether there is an object to read; null stands for none.
  private boolean entersObject(String what) throws MalformedPullSecretException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return false;
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedPullSecretException(what + " is no JSON object");
    }
    return true;
  }

  private void auths(String what) throws IOException, MalformedPullSecretException {
    if (!entersObject(what)) {
      entries.clear();
      return;
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      entries.put(key, entry(key));
    }
  }

  /// The kubelet has no use for the headers, and fails where they are none.
  private void headers() throws IOException, MalformedPullSecretException {
    if (entersObject("HttpHeaders")) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        parser.nextToken();
        text("", "HttpHeaders", "a value");
      }
    }
  }

  private PullSecret.Entry entry(String key) throws IOException, MalformedPullSecretException {
    String username = "";
    String password = "";
    String auth = "";
    if (entersObject("the entry of " + KeyringKey.shown(key))) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equalsIgnoreCase("username")) {
          username = text(username, key, "username");
        } else if (name.equalsIgnoreCase("password")) {
          password = text(password, key, "password");
        } else if (name.equalsIgnoreCase("email")) {
          text("", key, "email");
        } else if (name.equalsIgnoreCase("auth")) {
          auth = text(auth, key, "auth");
        } else {
          parser.skipChildren();
        }
      }
    }
    return auth.isEmpty() ? new PullSecret.Entry(key, username, password) : login(key, auth);
  }

  private static PullSecret.Entry login(String key, String auth)
      throws MalformedPullSecretException {
    String decoded = decode(auth, key);
    int colon = decoded.indexOf(':');
    if (colon < 0) {
      throw new MalformedPullSecretException(
          "auth of " + KeyringKey.shown(key) + " is not base64 of username:password");
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
      throw new MalformedPullSecretException(
          "auth of " + KeyringKey.shown(key) + " is no valid base64");
    }
  }

  /// The text at hand; what was there before where it is null.
  private String text(String before, String key, String name)
      throws IOException, MalformedPullSecretException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return before;
    }
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new MalformedPullSecretException(name + " of " + KeyringKey.shown(key) + " is no text");
    }
    return parser.getText();
  }
}
