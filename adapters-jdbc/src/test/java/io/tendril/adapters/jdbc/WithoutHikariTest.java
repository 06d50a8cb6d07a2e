package io.tendril.adapters.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** This module where somebody has left HikariCP out. */
class WithoutHikariTest {
  /** Has its own copy of this module, and no HikariCP. */
  private static final class Loader extends ClassLoader {
    Loader() {
      super(WithoutHikariTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.zaxxer.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith("io.tendril.adapters.")) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (Exception e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  @Test
  void takesADataSource() throws Exception {
    var source = new org.h2.jdbcx.JdbcDataSource();
    source.setURL(LiveDatabase.memory());
    Class<?> copy = new Loader().loadClass(Database.class.getName());
    assertThat(copy).isNotSameAs(Database.class);
    Object database = copy.getMethod("of", DataSource.class).invoke(null, source);
    var live = new LiveDatabase(Database.of(source)); // for its reactor
    try (live) {
      Object rows =
          live.<Object>get(_ ->
              (io.tendril.core.Deferred<Object>)
                  copy.getMethod("runQuery", String.class, Object[].class)
                      .invoke(database, "select 1", new Object[0]));
      assertThat(rows.toString()).isEqualTo("[{1=1}]");
      live.<Object>get(
          _ -> (io.tendril.core.Deferred<Object>) copy.getMethod("stop").invoke(database));
    }
  }
}
