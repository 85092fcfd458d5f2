package dev.pullgate.certificate;

import java.io.IOException;
import java.util.Optional;

/// Where certificates are kept between starts and shared by replicas.
public interface CertificateStore {
  /// Reads what is kept; empty where nothing is kept, or nothing that can be used.
  ///
  /// @throws IOException with a sentence for the operator when the store cannot be read
  Optional<Certificates> load() throws IOException;

  /// Keeps certificates.
  ///
  /// @return what is kept afterwards: the given ones, or those of a replica that was faster
  /// @throws IOException with a sentence for the operator when the store cannot be written
  Certificates save(Certificates certificates) throws IOException;

  /// Where they are kept, for messages.
  String location();
}
