package dev.pullgate.certificate;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keeps certificates as PEM files in a folder that only its owner can read. For a gate that runs
/// without a cluster.
public final class FileCertificateStore implements CertificateStore {
  private static final String LOCK = ".lock";
  private static final List<String> NAMES =
      List.of(Pem.AUTHORITY, Pem.AUTHORITY_KEY, Pem.SERVING, Pem.SERVING_KEY);

  private final Path folder;
  private Map<String, String> lastRead = Map.of();

  /// Takes the folder; it need not exist.
  public FileCertificateStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public synchronized Optional<Certificates> load() throws IOException {
    lastRead = Files.isDirectory(folder) ? locked(this::read) : Map.of();
    return Pem.read(lastRead);
  }

  @Override
  public synchronized Certificates save(Certificates certificates) throws IOException {
    try {
      Files.createDirectories(folder, permissions("rwx------"));
    } catch (IOException e) {
      throw unusable(e);
    }
    return locked(() -> {
      Map<String, String> present = read();
      Optional<Certificates> faster =
          present.equals(lastRead) ? Optional.empty() : Pem.read(present);
      if (faster.isPresent()) {
        return faster.get();
      }
      write(Pem.write(certificates));
      return certificates;
    });
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  /// Two gates may share the folder: a set is read and written as a whole.
  private <T> T locked(Work<T> work) throws IOException {
    Path file = folder.resolve(LOCK);
    try (FileChannel channel =
            FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                permissions("rw-------"));
        FileLock _ = channel.lock()) {
      return work.run();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private IOException unusable(IOException cause) {
    return new IOException(
        "certificates cannot be kept in "
            + folder
            + " ("
            + cause.getClass().getSimpleName()
            + "); name another folder with --certificates",
        cause);
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private Map<String, String> read() throws IOException {
    Map<String, String> texts = new HashMap<>();
    for (String name : NAMES) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        texts.put(name, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return texts;
  }

  private void write(Map<String, String> texts) throws IOException {
    for (Map.Entry<String, String> text : texts.entrySet()) {
      // A file is made with its rights and then moved, so that no key is ever readable by others
      // and none is left half written.
      Path temporary =
          Files.createTempFile(folder, text.getKey(), ".new", permissions("rw-------"));
      Files.writeString(temporary, text.getValue());
      Files.move(
          temporary,
          folder.resolve(text.getKey()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public String location() {
    return folder.toString();
  }
}
