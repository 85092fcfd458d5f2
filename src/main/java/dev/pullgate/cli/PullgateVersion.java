package dev.pullgate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// The version that the build wrote down.
final class PullgateVersion implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream file = PullgateVersion.class.getResourceAsStream("version.properties")) {
      if (file != null) {
        properties.load(file);
      }
    }
    return new String[] {"pullgate " + properties.getProperty("version", "(unknown version)")};
  }
}
