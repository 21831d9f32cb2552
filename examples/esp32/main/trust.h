/* Whom the board trusts: an authority of your own (main/ca.pem), or those that ESP-IDF's certificate bundle holds. */
#ifndef TRUST_H
#define TRUST_H

#include "esp_crt_bundle.h"
#include "sdkconfig.h"

#ifdef CONFIG_MILLRACE_OWN_CA
extern const char own_ca[] __asm__("_binary_ca_pem_start");
#define TRUST_CERTIFICATE own_ca
#define TRUST_BUNDLE NULL
#else
#define TRUST_CERTIFICATE NULL
#define TRUST_BUNDLE esp_crt_bundle_attach
#endif

#endif
