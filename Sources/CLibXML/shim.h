#pragma once
#include <libxml/xmlversion.h>
// Its headers would bring ICU's, which Swift's Foundation has in another version. Nothing here uses what they declare.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>

/// Nothing is loaded from elsewhere, no entity is put in place, and nothing is printed to standard error.
static inline int slipway_xml_options(void) {
    return XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
}
