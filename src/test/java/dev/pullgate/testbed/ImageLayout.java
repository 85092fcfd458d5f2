package dev.pullgate.testbed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/// Writes tiny images as an OCI image layout, a folder that crane can push: one manifest a
/// platform, each with one layer that holds one file. The same name gives the same digests, another
/// name others.
///
/// See <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>.
final class ImageLayout {
  private static final Pattern PLATFORM = Pattern.compile("[a-z0-9]+/[a-z0-9]+(/[a-z0-9]+)?");
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final int TAR_BLOCK = 512;

  private final Path folder;

  private ImageLayout(Path folder) {
    this.folder = folder;
  }

  /// Writes one image for each platform.
  ///
  /// @param folder to make; its parent exists
  /// @param name what the digests depend on, such as "shop/web:1.2.3"
  /// @param platforms such as "linux/amd64" or "linux/arm/v7"
  static void write(Path folder, String name, List<String> platforms) throws IOException {
    Files.createDirectories(folder.resolve("blobs/sha256"));
    ImageLayout layout = new ImageLayout(folder);
    List<String> manifests = new ArrayList<>();
    for (String platform : platforms) {
      manifests.add(layout.manifest(name, platform));
    }
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        folder.resolve("index.json"),
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}\
        """
            .formatted(String.join(",", manifests)));
  }

  /// Writes an image and returns its descriptor for the index.
  private String manifest(String name, String platform) throws IOException {
    byte[] layer = tar("image.txt", name + " for " + platform + "\n");
    String layerDescriptor = blob("application/vnd.oci.image.layer.v1.tar+gzip", gzip(layer), "");
    String config =
        """
        {%s,"config":{},"rootfs":{"type":"layers","diff_ids":["%s"]}}\
        """
            .formatted(platformFields(platform), digest(layer));
    String configDescriptor = blob("application/vnd.oci.image.config.v1+json", utf8(config), "");
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}\
        """
            .formatted(MANIFEST, configDescriptor, layerDescriptor);
    return blob(MANIFEST, utf8(manifest), ",\"platform\":{" + platformFields(platform) + "}");
  }

  /// Such as `"os":"linux","architecture":"arm","variant":"v7"`.
  private static String platformFields(String platform) {
    if (!PLATFORM.matcher(platform).matches()) {
      throw new IllegalArgumentException(
          platform + " is not a platform such as linux/amd64 or linux/arm/v7");
    }
    List<String> parts = List.of(platform.split("/", -1));
    String variant = parts.size() > 2 ? ",\"variant\":\"" + parts.get(2) + "\"" : "";
    return "\"os\":\"%s\",\"architecture\":\"%s\"%s".formatted(parts.get(0), parts.get(1), variant);
  }

  /// Writes a blob and returns its descriptor.
  private String blob(String mediaType, byte[] content, String moreFields) throws IOException {
    String digest = digest(content);
    Files.write(folder.resolve("blobs").resolve(digest.replace(':', '/')), content);
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
        .formatted(mediaType, digest, content.length, moreFields);
  }

  private static String digest(byte[] content) {
    try {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256:" + HexFormat.of().formatHex(sha256);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A tar archive (ustar) of one file: its header, its content, and two empty blocks for the end.
  private static byte[] tar(String fileName, String text) {
    byte[] content = utf8(text);
    int blocks = (content.length + TAR_BLOCK - 1) / TAR_BLOCK;
    byte[] archive = new byte[(1 + blocks + 2) * TAR_BLOCK];
    put(archive, 0, fileName);
    put(archive, 100, "0000644");
    put(archive, 108, "0000000");
    put(archive, 116, "0000000");
    put(archive, 124, String.format(Locale.ROOT, "%011o", content.length));
    put(archive, 136, "00000000000");
    put(archive, 156, "0");
    put(archive, 257, "ustar");
    put(archive, 263, "00");
    // The checksum is the sum of the header's bytes, its own eight taken as spaces.
    put(archive, 148, "        ");
    int sum = 0;
    for (byte value : Arrays.copyOf(archive, TAR_BLOCK)) {
      sum += value;
    }
    put(archive, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    System.arraycopy(content, 0, archive, TAR_BLOCK, content.length);
    return archive;
  }

  private static void put(byte[] archive, int offset, String field) {
    byte[] bytes = utf8(field);
    System.arraycopy(bytes, 0, archive, offset, bytes.length);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(content);
    }
    return compressed.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
