package dev.meridian.config;

import org.jspecify.annotations.Nullable;

/** A language of rules for these tests, which know no CEL: an expression is refused where it has a dollar sign. */
public final class DollarlessResolvers implements ResolverCheck {
    @Override
    public @Nullable Fault fault(String resolver) {
        int at = resolver.indexOf('$');
        return at < 0 ? null : new Fault("token recognition error at: '$'", at);
    }
}
