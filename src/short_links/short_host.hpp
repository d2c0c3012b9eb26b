// A domain of its own for short links: `https://go.example/4fG7kQ2`.
#pragma once

#include <string>
#include <string_view>

namespace openstrat::http {
struct Request;
}

namespace openstrat::short_links {

class ShortHost {
 public:
  /// `short_url`: scheme, host and perhaps a path, without slash at the end.
  explicit ShortHost(std::string_view short_url);

  /// What is asked of the short URL is asked of `/s/{code}`; every other request stays as it is.
  void lead(http::Request& request) const;

 private:
  std::string authority_;  ///< lower case, without the scheme's own port
  std::string prefix_;     ///< before the code
};

}  // namespace openstrat::short_links
