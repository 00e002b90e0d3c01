#pragma once

#include <stddef.h>

/// A file of the page, as it was when the binary was built.
typedef struct {
    /// The path below `web/`, ended by a zero.
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    size_t size;
} slipway_web_asset;

/// All files, in no order. They live as long as the process.
const slipway_web_asset *_Nonnull slipway_web_assets(long *_Nonnull count);
