package dev.pullgate.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.pullgate.credential.Credential;
import dev.pullgate.registry.RepositoryAccess.Answered;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lists the tags of one repository, page by page.
///
/// @see <a
///   href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags">Distribution
///   specification, listing tags</a>
final class TagLister {
  private static final int PAGE = 1000;
  private static final int MAX_PAGES = 5;
  private static final int MAX_TAGS = 5000;

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
          .build();

  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");

  /// Such as `</v2/shop/web/tags/list?last=1.9&n=1000>; rel="next"`.
  private static final Pattern NEXT =
      Pattern.compile("<([^<>]*)>[^,<]*;\\s*rel=\"?next\"?", Pattern.CASE_INSENSITIVE);

  private final RepositoryAccess access;
  private final Set<String> tags = new LinkedHashSet<>();

  TagLister(RepositoryAccess access) {
    this.access = access;
  }

  /// What could be listed: the first pages where there are many, nothing where access is refused.
  List<String> list(List<Credential> credentials) {
    if (!access.endpoint().connectable()) {
      return List.of();
    }
    Optional<URI> page = Optional.of(access.endpoint().tags(access.reference(), PAGE));
    try {
      for (int count = 0;
          page.isPresent() && count < MAX_PAGES && tags.size() < MAX_TAGS;
          count++) {
        page = read(page.get(), credentials);
      }
    } catch (IOException _) {
      // The pages before may still hold what is looked for.
    }
    return new ArrayList<>(tags);
  }

  /// Reads a page and says where the next one is.
  private Optional<URI> read(URI page, List<Credential> credentials) throws IOException {
    if (access.requests().deadline().passed()
        || !(access
                .ask(
                    AccessMemory.Area.TAGS,
                    credentials,
                    authorization ->
                        access
                            .requests()
                            .follow(
                                "GET",
                                page,
                                "application/json",
                                authorization,
                                Outgoing.MANIFEST_BODY),
                    Answer::success)
                .getLast()
            instanceof Answered answered)
        || !answered.answer().success()) {
      return Optional.empty();
    }
    collect(answered.answer().body());
    return next(page, answered.answer());
  }

  private void collect(Body body) throws IOException {
    try (JsonParser parser = JSON.createParser(body.stream())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean list = parser.currentName().equals("tags");
        if (parser.nextToken() == JsonToken.START_ARRAY && list) {
          while (tags.size() < MAX_TAGS && parser.nextToken() == JsonToken.VALUE_STRING) {
            String tag = parser.getText();
            if (TAG.matcher(tag).matches()) {
              tags.add(tag);
            }
          }
          return;
        }
        parser.skipChildren();
      }
    }
  }

  /// Only on the same server: a page elsewhere is no list of this registry.
  private static Optional<URI> next(URI page, Answer answer) {
    for (String link : answer.headers("link")) {
      Matcher matcher = NEXT.matcher(link);
      if (matcher.find()) {
        try {
          URI next = page.resolve(matcher.group(1));
          boolean here =
              page.getScheme().equals(next.getScheme())
                  && page.getRawAuthority().equals(next.getRawAuthority());
          return here && !next.equals(page) ? Optional.of(next) : Optional.empty();
        } catch (IllegalArgumentException _) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
