// What browsers must know about every answer, in one place. A header that a handler has set itself stays.
#pragma once

namespace openstrat::http {

struct Response;

struct AnswerTo {
  bool tls = false;   ///< the request came with TLS, to us or to a trusted proxy
  bool hsts = false;  ///< `public_url.api` is https: the operator means it
  bool router = false;  ///< device routes: their plain text is for routers, which read every byte
};

/// Pages: nothing from elsewhere, no inline script or style, no frames, no camera. Data: is what it says it is, may not act as a page, and is
/// not kept unless the handler says how long.
void add_security_headers(const AnswerTo& to, Response& response);

}  // namespace openstrat::http
