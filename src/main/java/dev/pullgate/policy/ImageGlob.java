package dev.pullgate.policy;

import dev.pullgate.image.PolicyName;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// A glob over `registry/repository` as normalised: `*` stands for any run within a part, `**` for
/// any run across parts, and `**/` for nothing too. A host alone stands for everything in it.
///
/// Matching follows all alternatives side by side, so that no glob costs more than its length times
/// the name's.
public final class ImageGlob {
  private static final int STAR = -1;
  private static final int DOUBLE_STAR = -2;

  private final String text;
  private final int[] tokens;

  private ImageGlob(String text, int[] tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  /// Reads a glob such as `docker.io/library/**`, `*.dkr.ecr.*.amazonaws.com` or
  /// `registry.example.com`.
  ///
  /// @throws IllegalArgumentException with a clause that says what is wrong
  public static ImageGlob of(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty glob matches nothing");
    }
    if (text.contains("://")) {
      throw new IllegalArgumentException("a glob begins with the host, without a scheme");
    }
    if (text.startsWith("/") || text.endsWith("/") || text.contains("//")) {
      throw new IllegalArgumentException("a glob has no empty part");
    }
    if (text.contains("***")) {
      throw new IllegalArgumentException("'*' and '**' are the only wildcards");
    }
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (!isNameCharacter(character)) {
        throw new IllegalArgumentException("'" + character + "' cannot stand in an image name");
      }
    }
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    String repository = slash < 0 ? "/**" : text.substring(slash);
    // A wildcard alone as first part may stand for several parts: it is no host.
    if (slash < 0 && host.equals("**")) {
      repository = "";
    }
    return new ImageGlob(text, tokens(PolicyName.canonicalRegistry(host) + repository));
  }

  private static boolean isNameCharacter(char character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || "._-:/*[]".indexOf(character) >= 0;
  }

  private static int[] tokens(String glob) {
    int[] tokens = new int[glob.length()];
    int count = 0;
    for (int i = 0; i < glob.length(); i++) {
      char character = glob.charAt(i);
      if (character != '*') {
        tokens[count++] = character;
      } else if (i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
        tokens[count++] = DOUBLE_STAR;
        i++;
      } else {
        tokens[count++] = STAR;
      }
    }
    return Arrays.copyOf(tokens, count);
  }

  /// Whether the glob stands for this name.
  public boolean matches(PolicyName name) {
    String subject = name.toString();
    BitSet states = new BitSet(tokens.length + 1);
    enter(states, 0);
    for (int i = 0; i < subject.length() && !states.isEmpty(); i++) {
      BitSet next = new BitSet(tokens.length + 1);
      for (int at = states.nextSetBit(0); at >= 0; at = states.nextSetBit(at + 1)) {
        step(next, at, subject.charAt(i));
      }
      states = next;
    }
    return states.get(tokens.length);
  }

  private void step(BitSet next, int at, char character) {
    if (at == tokens.length) {
      return;
    }
    int token = tokens[at];
    if (token == DOUBLE_STAR || (token == STAR && character != '/')) {
      next.set(at);
      enter(next, at + 1);
    } else if (token == character) {
      enter(next, at + 1);
    }
  }

  /// Marks a state and those that follow without a character.
  private void enter(BitSet states, int at) {
    states.set(at);
    if (at < tokens.length && tokens[at] < 0) {
      enter(states, at + 1);
      boolean wholePart =
          tokens[at] == DOUBLE_STAR
              && (at == 0 || tokens[at - 1] == '/')
              && at + 1 < tokens.length
              && tokens[at + 1] == '/';
      if (wholePart) {
        enter(states, at + 2);
      }
    }
  }

  /// The glob as written.
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ImageGlob glob && glob.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
