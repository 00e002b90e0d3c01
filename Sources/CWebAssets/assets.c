#include "CWebAssets.h"

static const unsigned char openapi[] = {
#embed "web/openapi.json"
};
static const slipway_web_asset assets[] = {
    {"openapi.json", openapi, sizeof(openapi)},
};
const slipway_web_asset *slipway_web_assets(long *count) {
    *count = sizeof(assets) / sizeof(assets[0]);
    return assets;
}
