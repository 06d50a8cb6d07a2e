package io.tendril.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test under {@link TendrilExtension}, which says what it may have and what it must not leave.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(TendrilExtension.class)
public @interface TendrilTest {
  /** How long to wait for each result in real time, in seconds. In virtual time it is a day. */
  int seconds() default 120;

  /** Whether a {@link io.tendril.core.Reactor} parameter is one in virtual time. */
  boolean virtual() default false;
}
