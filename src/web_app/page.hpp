// index.html and callback.html as they are sent: with the configuration and a nonce filled in, and the policy that goes with them.
#pragma once

#include <string>
#include <string_view>

#include "web_app/settings.hpp"

namespace openstrat::web_app {

/// The settings as JSON, escaped for an attribute in double quotes.
std::string config_attribute(const Settings& settings);

/// `html` with every `%NONCE%` and `%CONFIG%` replaced, in one pass: what is filled in is not looked at again.
std::string fill_in(std::string_view html, std::string_view nonce, std::string_view config);

/// Who may put a page into a frame.
enum class Framing { nobody, ourselves };

/// Content-Security-Policy of a page: our own script, styles of ours or with the nonce, the API and the sign-in host; nothing else.
std::string page_policy(const Settings& settings, std::string_view nonce, Framing framing);
/// Of a script: it counts when the script runs as a worker, which has no page.
std::string worker_policy(const Settings& settings);

}  // namespace openstrat::web_app
