package io.millrace.commands.access;

/** The OpenID Connect issuer has not told its keys yet, or too long ago: nobody knows whether a token of its is good. */
public final class IssuerAway extends RuntimeException {
    private static final long serialVersionUID = 1;

    IssuerAway() {
        super("the OpenID Connect issuer does not answer", null, false, false);
    }
}
