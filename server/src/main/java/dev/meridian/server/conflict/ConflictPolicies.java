package dev.meridian.server.conflict;

import dev.meridian.config.Configuration;
import dev.meridian.config.Dataset;
import dev.meridian.config.ResolverCheck;
import dev.meridian.kernel.data.ConflictPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the datasets of a file say of their conflicts, in the kernel's terms; and the check of a rule while the file is read. */
public final class ConflictPolicies implements ResolverCheck {
    /** @throws CelRuleException for a rule that does not compile, which reading the file has refused before */
    public static List<ConflictPolicy> of(Configuration configuration) {
        List<ConflictPolicy> policies = new ArrayList<>();
        for (Dataset dataset : configuration.datasets()) {
            String resolver = dataset.resolver();
            policies.add(new ConflictPolicy(
                    dataset.name(), resolver == null ? null : CelRule.compile(resolver), dataset.recordDropped()));
        }
        return policies;
    }

    @Override
    public @Nullable Fault fault(String resolver) {
        try {
            CelRule.compile(resolver);
            return null;
        } catch (CelRuleException e) {
            return new Fault(String.valueOf(e.getMessage()), e.at());
        }
    }
}
