package io.tendril.cli;

import io.tendril.core.endpoint.Endpoints;
import io.tendril.core.endpoint.ServerEndpoint;
import java.util.List;

/// Where a command listens.
///
/// @param text as it was given
record Place(String text, ServerEndpoint endpoint) {
  /// Reads what was given; throws [io.tendril.core.endpoint.EndpointSyntax] if it cannot be read.
  static Place of(String text) {
    return new Place(text, Endpoints.server(text));
  }

  static List<Place> of(List<String> texts) {
    return texts.stream().map(Place::of).toList();
  }

  /// Whether clients speak TLS there from the first byte on.
  boolean secure() {
    return endpoint.secure();
  }
}
