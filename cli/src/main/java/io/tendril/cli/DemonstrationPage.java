package io.tendril.cli;

/// What `tendril web` shows when it is given nothing to serve.
final class DemonstrationPage {
  static final String HTML =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Tendril</title>
      <style>
      :root { color-scheme: light dark }
      body { font: 18px/1.6 system-ui, sans-serif; margin: 15vh auto; max-width: 34rem; padding: 0 1rem }
      h1 { font-weight: 600 }
      pre { background: #8882; border-radius: .4rem; overflow-x: auto; padding: .8rem 1rem }
      </style>
      <h1>It grows.</h1>
      <p>This page comes from Tendril, an event-driven networking framework for the JVM. To serve a
      directory instead:</p>
      <pre>tendril web --path .</pre>
      </html>
      """;

  private DemonstrationPage() {}
}
