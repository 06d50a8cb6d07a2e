package io.tendril.core.internal.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Private keys that a password protects (RFC 5958, section 3; RFC 8018). */
final class EncryptedKeys {
  private static final String PBES2 = "PBES2";

  /** What the JDK calls a scheme of PBES2. */
  private static final Pattern MODERN = Pattern.compile("PBEWith(HmacSHA\\d+)AndAES_(\\d+)");

  /** A hundred times what is usual; takes a second or two. */
  private static final int MOST_ROUNDS = 10_000_000;

  private EncryptedKeys() {}

  /** Takes the encryption off: what is left is PKCS#8. */
  static byte[] decrypt(byte[] content, char[] password) throws GeneralSecurityException {
    if (password.length == 0) {
      throw new InvalidKeyException("it is encrypted, and there is no password");
    }
    EncryptedPrivateKeyInfo info;
    try {
      info = new EncryptedPrivateKeyInfo(content);
    } catch (IOException | RuntimeException e) {
      throw new InvalidKeyException(
          "it is damaged, or encrypted in a way that Java does not know: " + e.getMessage(), e);
    }
    AlgorithmParameters parameters = info.getAlgParameters();
    String name = info.getAlgName();
    // What PBES2 is made of, the JDK says in its parameters only.
    String scheme = name.equals(PBES2) && parameters != null ? parameters.toString() : name;
    Cipher cipher;
    try {
      cipher = cipher(scheme, parameters, password);
    } catch (NoSuchAlgorithmException e) {
      throw new InvalidKeyException("it is encrypted with " + scheme + ", which Java has not", e);
    }
    try {
      return info.getKeySpec(cipher).getEncoded();
    } catch (GeneralSecurityException e) {
      // As good as always it is the padding that tells, and else what should be a key.
      throw new InvalidKeyException("the password is wrong, or the key is damaged", e);
    }
  }

  private static Cipher cipher(
      String scheme, @Nullable AlgorithmParameters parameters, char[] password)
      throws GeneralSecurityException {
    PBEParameterSpec derivation =
        parameters == null ? null : parameters.getParameterSpec(PBEParameterSpec.class);
    if (derivation != null && derivation.getIterationCount() > MOST_ROUNDS) {
      throw new InvalidKeyException(
          derivation.getIterationCount() + " rounds from the password to the key are too many");
    }
    Matcher modern = MODERN.matcher(scheme);
    if (derivation != null && modern.matches()) {
      // The JDK's own factory for the scheme takes no password beyond ASCII.
      int bits = Integer.parseInt(modern.group(2));
      var spec =
          new PBEKeySpec(password, derivation.getSalt(), derivation.getIterationCount(), bits);
      Key key = secret("PBKDF2With" + modern.group(1), spec);
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(key.getEncoded(), "AES"),
          derivation.getParameterSpec());
      return cipher;
    }
    Cipher cipher = Cipher.getInstance(scheme);
    cipher.init(Cipher.DECRYPT_MODE, secret(scheme, new PBEKeySpec(password)), parameters);
    return cipher;
  }

  private static Key secret(String algorithm, PBEKeySpec spec) throws GeneralSecurityException {
    try {
      return SecretKeyFactory.getInstance(algorithm).generateSecret(spec);
    } finally {
      spec.clearPassword();
    }
  }
}
