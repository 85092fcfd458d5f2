package dev.pullgate.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pullgate.document.DecodedResource;
import dev.pullgate.document.FieldException;
import dev.pullgate.document.ResourceDecoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Remembers of every custom resource the last form that was accepted, so that one that becomes
/// invalid goes on in that form. What this process has not seen it takes from `status.inEffect`,
/// where the gate writes it down as long as the spec is not accepted.
final class ResourceMemory {
  private static final Logger LOG = Logger.getLogger("dev.pullgate.cluster");

  private final InstantSource clock;
  private Map<String, KeptResource> kept = new HashMap<>();

  ResourceMemory(InstantSource clock) {
    this.clock = clock;
  }

  /// Takes in all objects that there are now; what is not among them is forgotten.
  synchronized List<KeptResource> update(List<JsonNode> objects) {
    Map<String, KeptResource> next = new HashMap<>();
    List<KeptResource> result = new ArrayList<>();
    for (JsonNode object : objects) {
      String uid = object.path("metadata").path("uid").asText("");
      KeptResource taken = taken(object, kept.get(uid));
      next.put(uid, taken);
      result.add(taken);
    }
    kept = next;
    return List.copyOf(result);
  }

  private KeptResource taken(JsonNode object, @Nullable KeptResource before) {
    KeptResource seen =
        before != null && before.generation() == generation(object)
            ? new KeptResource(object, before.problem(), before.form(), null)
            : read(object, before);
    return new KeptResource(object, seen.problem(), seen.form(), since(seen, before));
  }

  private static KeptResource read(JsonNode object, @Nullable KeptResource before) {
    try {
      DecodedResource decoded = ResourceDecoder.decode(object);
      KeptResource accepted =
          new KeptResource(
              object,
              null,
              new KeptResource.Form(generation(object), object.path("spec"), decoded),
              null);
      if (before != null && before.rejection().isPresent()) {
        LOG.infov("{0} is accepted again", accepted.title());
      }
      return accepted;
    } catch (FieldException e) {
      KeptResource.Form last = before == null ? written(object) : before.form();
      KeptResource rejected = new KeptResource(object, String.valueOf(e.getMessage()), last, null);
      LOG.warnv("{0} is not accepted: {1}", rejected.title(), consequence(rejected));
      return rejected;
    }
  }

  /// What is wrong, and what follows from it.
  static String consequence(KeptResource rejected) {
    return rejected.rejection().orElse("")
        + rejected
            .inEffect()
            .map(form ->
                ". Its last valid form, generation " + form.generation() + ", stays in effect")
            .orElse(". It has no effect until that is repaired");
  }

  /// The form that an earlier process wrote down.
  private static KeptResource.@Nullable Form written(JsonNode object) {
    JsonNode noted = object.path("status").path("inEffect");
    if (!noted.path("spec").isObject() || !(object instanceof ObjectNode whole)) {
      return null;
    }
    ObjectNode earlier = whole.deepCopy();
    earlier.set("spec", noted.path("spec"));
    try {
      return new KeptResource.Form(
          noted.path("generation").asLong(), noted.path("spec"), ResourceDecoder.decode(earlier));
    } catch (FieldException _) {
      return null;
    }
  }

  /// When the form that is in effect began to enforce. A changed spec begins anew, since it may ask
  /// for more than what is there already was judged by.
  private @Nullable Instant since(KeptResource now, @Nullable KeptResource before) {
    KeptResource.Form form = now.form();
    if (form == null
        || !(form.decoded() instanceof DecodedResource.OfPolicy(var policy))
        || !policy.enforces()) {
      return null;
    }
    if (policy.enforcement().since().isPresent()) {
      return policy.enforcement().since().get();
    }
    JsonNode status = now.object().path("status");
    boolean ofThisForm =
        status.path("observedGeneration").asLong() == now.generation()
            || now.rejection().isPresent();
    Instant noted = ofThisForm ? moment(status.path("enforcedSince").asText("")) : null;
    if (noted != null) {
      return noted;
    }
    if (before != null
        && before.since() != null
        && before.inEffect().filter(old -> old.generation() == form.generation()).isPresent()) {
      return before.since();
    }
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static @Nullable Instant moment(String text) {
    try {
      return text.isEmpty() ? null : Instant.parse(text);
    } catch (DateTimeException _) {
      return null;
    }
  }

  private static long generation(JsonNode object) {
    return object.path("metadata").path("generation").asLong();
  }
}
