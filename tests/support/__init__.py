"""What tests with the real binaries share: processes, an HTTP client, a router played by hand, simulated routers, PostgreSQL."""
