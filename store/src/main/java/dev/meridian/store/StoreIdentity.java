package dev.meridian.store;

import java.util.UUID;

/**
 * Whose data a directory holds. Written when it is created and never changed.
 *
 * @param storeId random; tells two stores of one region apart
 */
public record StoreIdentity(UUID storeId, String cluster, String region) {}
