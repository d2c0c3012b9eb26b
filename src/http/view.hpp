// What a handler can answer with, beside described structs and lists of them.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/dto.hpp"
#include "http/message.hpp"

namespace openstrat::http {

/// An empty answer: 204 unless the route says 202.
struct NoContent {};

/// A body that is not JSON. The route's `.media_type` documents what content_type is.
struct Text {
  std::string content_type;
  std::string body;
};

/// JSON that exists as text already (documents kept in the database).
struct JsonText {
  std::string body;
};

/// A body that is made while it is sent: `next` runs on a worker thread each time the client has taken what there was. An
/// empty piece ends the body; an error breaks the connection off.
struct Stream {
  std::string content_type;
  std::move_only_function<Result<std::string>()> next;
};

/// A body whose pieces come when something happens: no worker waits for them.
struct LiveBody {
  std::string content_type;
  std::shared_ptr<BodySource> source;
};

/// A view ready for the wire.
struct Payload {
  std::string content_type;  ///< empty: no body
  std::string body;
  std::move_only_function<Result<std::string>()> next = {};  ///< of a Stream
  std::shared_ptr<BodySource> source = {};                   ///< of a LiveBody
};

enum class ViewKind { none, text, json_text, described };

template <class View>
constexpr ViewKind view_kind() {
  if constexpr (std::same_as<View, NoContent>) return ViewKind::none;
  else if constexpr (std::same_as<View, Text> || std::same_as<View, Stream> || std::same_as<View, LiveBody>) return ViewKind::text;
  else if constexpr (std::same_as<View, JsonText>) return ViewKind::json_text;
  else return ViewKind::described;
}

template <class View>
constexpr const TypeInfo* view_type() {
  if constexpr (view_kind<View>() == ViewKind::described) return &type_of<View>;
  else return nullptr;
}

template <class View>
Payload payload_of(View&& view) {
  using V = std::remove_cvref_t<View>;
  if constexpr (std::same_as<V, NoContent>) return {};
  else if constexpr (std::same_as<V, Text>) return {std::move(view.content_type), std::move(view.body)};
  else if constexpr (std::same_as<V, Stream>) return {std::move(view.content_type), {}, std::move(view.next)};
  else if constexpr (std::same_as<V, LiveBody>) return {std::move(view.content_type), {}, {}, std::move(view.source)};
  else if constexpr (std::same_as<V, JsonText>) return {"application/json", std::move(view.body)};
  else return {"application/json", to_json(view)};
}

}  // namespace openstrat::http
