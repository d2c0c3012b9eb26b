-- A team reads its part of the log by time and place in the chain, all of it or what one user did. event_time alone leaves
-- entries of one microsecond in no order, which a cursor needs.
CREATE INDEX audit_log_team_order ON audit_log (team_id, event_time, seq);
CREATE INDEX audit_log_team_user ON audit_log (team_id, user_id, event_time, seq);
DROP INDEX audit_log_team;
DROP INDEX audit_log_user;
DROP INDEX audit_log_status;
DROP INDEX audit_log_method;
