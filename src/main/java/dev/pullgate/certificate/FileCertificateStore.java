package dev.pullgate.certificate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keeps certificates as PEM files in a folder that only its owner can read. For a gate that runs
/// without a cluster.
public final class FileCertificateStore implements CertificateStore {
  private final Path folder;

  /// Takes the folder; it need not exist.
  public FileCertificateStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public Optional<Certificates> load() throws IOException {
    Map<String, String> texts = new HashMap<>();
    for (String name : List.of(Pem.AUTHORITY, Pem.AUTHORITY_KEY, Pem.SERVING, Pem.SERVING_KEY)) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        texts.put(name, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return Pem.read(texts);
  }

  @Override
  public Certificates save(Certificates certificates) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (Map.Entry<String, String> text : Pem.write(certificates).entrySet()) {
      // A file is made with its rights and then moved, so that no key is ever readable by others
      // and none is left half written.
      Path temporary =
          Files.createTempFile(
              folder,
              text.getKey(),
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(temporary, text.getValue());
      Files.move(
          temporary,
          folder.resolve(text.getKey()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
    return certificates;
  }

  @Override
  public String location() {
    return folder.toString();
  }
}
