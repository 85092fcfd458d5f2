package dev.pullgate.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullgate.review.Deadline;
import dev.pullgate.review.ReviewRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// Reads and writes AdmissionReview, version `admission.k8s.io/v1`.
///
/// @see <a
///   href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#webhook-request-and-response">webhook
///   request and response</a>
final class AdmissionReviewCodec {
  /// The API server takes 3 MiB an object, and a review holds two, with room for its other fields
  /// and for white space.
  static final int MAX_BYTES = 16 * 1024 * 1024;

  /// What is parsed takes memory by its number of values: `[{},{},…]` takes thirty times its size.
  /// The two largest objects that can be stored have a tenth of this.
  private static final long MAX_TOKENS = 4_000_000;

  private static final String API_VERSION = "admission.k8s.io/v1";
  private static final String KIND = "AdmissionReview";
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MAX_TOKENS).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /// Reads a review.
  ///
  /// @param deadline by which the body has to be there
  /// @throws BadReviewException with 413 for one that is too large, 408 for one that is too slow
  ///   and 400 for anything else
  AdmissionCall read(InputStream body, Deadline deadline) throws BadReviewException {
    JsonNode review = tree(BodyReader.read(body, MAX_BYTES, deadline));
    String apiVersion = review.path("apiVersion").asText("");
    String kind = review.path("kind").asText("");
    if (!apiVersion.equals(API_VERSION) || !kind.equals(KIND)) {
      throw new BadReviewException(
          400, "expected " + API_VERSION + " " + KIND + ", and no other kind or version");
    }
    JsonNode request = review.path("request");
    if (!request.isObject()) {
      throw new BadReviewException(400, "the AdmissionReview has no request");
    }
    String uid = request.path("uid").asText("");
    if (uid.isEmpty() || !request.path("uid").isTextual()) {
      throw new BadReviewException(400, "the request of the AdmissionReview has no uid");
    }
    return call(request, uid);
  }

  private static JsonNode tree(byte[] bytes) throws BadReviewException {
    try {
      JsonNode tree = MAPPER.readTree(bytes);
      if (tree == null || !tree.isObject()) {
        throw new BadReviewException(400, "the body is no JSON object");
      }
      return tree;
    } catch (StreamConstraintsException _) {
      throw new BadReviewException(
          400, "the body is nested too deeply, or holds more values than any object");
    } catch (JsonProcessingException e) {
      throw new BadReviewException(400, "the body is no valid JSON" + place(e));
    } catch (IOException _) {
      throw new BadReviewException(400, "the body cannot be read as JSON");
    }
  }

  private static String place(JsonProcessingException exception) {
    JsonLocation location = exception.getLocation();
    return location == null
        ? ""
        : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
  }

  private static AdmissionCall call(JsonNode request, String uid) {
    String subResource = request.path("subResource").asText("");
    String resource = request.path("resource").path("resource").asText("");
    JsonNode object = request.path("object");
    JsonNode old = request.path("oldObject");
    JsonNode metadata = object.path("metadata");
    String name = request.path("name").asText(metadata.path("name").asText(""));
    return new AdmissionCall(
        uid,
        subResource.isEmpty() ? resource : resource + "/" + subResource,
        name.isEmpty() ? metadata.path("generateName").asText("") : name,
        request.path("dryRun").asBoolean(false),
        new ReviewRequest(
            request.path("operation").asText(""),
            subResource,
            request.path("namespace").asText(metadata.path("namespace").asText("")),
            request.path("userInfo").path("username").asText(""),
            object,
            old.isObject() ? old : null));
  }

  /// Writes the answer to a review.
  byte[] write(String uid, AdmissionAnswer answer) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", API_VERSION).put("kind", KIND);
    ObjectNode response = review.putObject("response");
    response.put("uid", uid).put("allowed", answer.allowed());
    if (!answer.allowed()) {
      response.putObject("status").put("code", 403).put("message", answer.message());
    }
    if (!answer.warnings().isEmpty()) {
      List<String> warnings = answer.warnings();
      warnings.forEach(response.withArray("/warnings")::add);
    }
    if (!answer.patch().isEmpty()) {
      byte[] patch = answer.patch().operations().toString().getBytes(StandardCharsets.UTF_8);
      response.put("patchType", "JSONPatch");
      response.put("patch", Base64.getEncoder().encodeToString(patch));
    }
    if (!answer.auditAnnotations().isEmpty()) {
      ObjectNode annotations = response.putObject("auditAnnotations");
      answer.auditAnnotations().forEach(annotations::put);
    }
    return review.toString().getBytes(StandardCharsets.UTF_8);
  }
}
