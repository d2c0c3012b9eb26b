// The router's audit hook.
#pragma once

#include <functional>

namespace openstrat::http {
struct AuditRecord;
}

namespace openstrat::audit {

class AuditLog;

/// Notes every authenticated request that its route wants audited. Callers without a credential leave no trace here: what
/// they may do (sign-in, adoption) is recorded by its own service. `log` must outlive the hook.
std::function<void(const http::AuditRecord&)> audit_hook(AuditLog& log);

}  // namespace openstrat::audit
