#include "CWebAssets.h"

// A file of `web/` is added here in both lists; the build takes its bytes as they are.

#define ASSET(identifier) static const unsigned char identifier[]

ASSET(openapi_json) = {
#embed "web/openapi.json"
};
ASSET(scripts_folds_js) = {
#embed "web/scripts/folds.js"
};
ASSET(scripts_job_js) = {
#embed "web/scripts/job.js"
};
ASSET(scripts_keys_js) = {
#embed "web/scripts/keys.js"
};
ASSET(scripts_live_js) = {
#embed "web/scripts/live.js"
};
ASSET(scripts_log_js) = {
#embed "web/scripts/log.js"
};
ASSET(scripts_page_js) = {
#embed "web/scripts/page.js"
};
ASSET(scripts_search_js) = {
#embed "web/scripts/search.js"
};
ASSET(scripts_section_js) = {
#embed "web/scripts/section.js"
};
ASSET(scripts_theme_js) = {
#embed "web/scripts/theme.js"
};
ASSET(scripts_times_js) = {
#embed "web/scripts/times.js"
};
ASSET(scripts_watch_js) = {
#embed "web/scripts/watch.js"
};
ASSET(styles_base_css) = {
#embed "web/styles/base.css"
};
ASSET(styles_gates_css) = {
#embed "web/styles/gates.css"
};
ASSET(styles_log_css) = {
#embed "web/styles/log.css"
};
ASSET(styles_markdown_css) = {
#embed "web/styles/markdown.css"
};
ASSET(styles_operators_css) = {
#embed "web/styles/operators.css"
};
ASSET(styles_reports_css) = {
#embed "web/styles/reports.css"
};
ASSET(styles_page_css) = {
#embed "web/styles/page.css"
};
ASSET(templates_account_mustache) = {
#embed "web/templates/account.mustache"
};
ASSET(templates_approval_mustache) = {
#embed "web/templates/approval.mustache"
};
ASSET(templates_artifact_mustache) = {
#embed "web/templates/artifact.mustache"
};
ASSET(templates_audit_mustache) = {
#embed "web/templates/audit.mustache"
};
ASSET(templates_caches_mustache) = {
#embed "web/templates/caches.mustache"
};
ASSET(templates_caches_head_mustache) = {
#embed "web/templates/caches-head.mustache"
};
ASSET(templates_diagnoses_mustache) = {
#embed "web/templates/diagnoses.mustache"
};
ASSET(templates_dispatch_mustache) = {
#embed "web/templates/dispatch.mustache"
};
ASSET(templates_environments_mustache) = {
#embed "web/templates/environments.mustache"
};
ASSET(templates_environments_head_mustache) = {
#embed "web/templates/environments-head.mustache"
};
ASSET(templates_environment_mustache) = {
#embed "web/templates/environment.mustache"
};
ASSET(templates_environment_head_mustache) = {
#embed "web/templates/environment-head.mustache"
};
ASSET(templates_error_mustache) = {
#embed "web/templates/error.mustache"
};
ASSET(templates_icons_mustache) = {
#embed "web/templates/icons.mustache"
};
ASSET(templates_job_head_mustache) = {
#embed "web/templates/job-head.mustache"
};
ASSET(templates_job_section_mustache) = {
#embed "web/templates/job-section.mustache"
};
ASSET(templates_job_steps_mustache) = {
#embed "web/templates/job-steps.mustache"
};
ASSET(templates_job_summary_mustache) = {
#embed "web/templates/job-summary.mustache"
};
ASSET(templates_job_mustache) = {
#embed "web/templates/job.mustache"
};
ASSET(templates_layout_mustache) = {
#embed "web/templates/layout.mustache"
};
ASSET(templates_repositories_mustache) = {
#embed "web/templates/repositories.mustache"
};
ASSET(templates_repository_head_mustache) = {
#embed "web/templates/repository-head.mustache"
};
ASSET(templates_repository_runs_mustache) = {
#embed "web/templates/repository-runs.mustache"
};
ASSET(templates_repository_states_mustache) = {
#embed "web/templates/repository-states.mustache"
};
ASSET(templates_run_artifacts_mustache) = {
#embed "web/templates/run-artifacts.mustache"
};
ASSET(templates_run_deployments_mustache) = {
#embed "web/templates/run-deployments.mustache"
};
ASSET(templates_run_head_mustache) = {
#embed "web/templates/run-head.mustache"
};
ASSET(templates_run_jobs_mustache) = {
#embed "web/templates/run-jobs.mustache"
};
ASSET(templates_run_reports_mustache) = {
#embed "web/templates/run-reports.mustache"
};
ASSET(templates_compare_mustache) = {
#embed "web/templates/compare.mustache"
};
ASSET(templates_metrics_mustache) = {
#embed "web/templates/metrics.mustache"
};
ASSET(templates_run_gates_mustache) = {
#embed "web/templates/run-gates.mustache"
};
ASSET(templates_pause_mustache) = {
#embed "web/templates/pause.mustache"
};
ASSET(templates_report_mustache) = {
#embed "web/templates/report.mustache"
};
ASSET(templates_run_notes_mustache) = {
#embed "web/templates/run-notes.mustache"
};
ASSET(templates_run_stages_mustache) = {
#embed "web/templates/run-stages.mustache"
};
ASSET(templates_runs_filter_mustache) = {
#embed "web/templates/runs-filter.mustache"
};
ASSET(templates_runs_list_mustache) = {
#embed "web/templates/runs-list.mustache"
};
ASSET(templates_summary_mustache) = {
#embed "web/templates/summary.mustache"
};
ASSET(templates_dashboard_broken_mustache) = {
#embed "web/templates/dashboard-broken.mustache"
};
ASSET(templates_dashboard_deployed_mustache) = {
#embed "web/templates/dashboard-deployed.mustache"
};
ASSET(templates_dashboard_ended_mustache) = {
#embed "web/templates/dashboard-ended.mustache"
};
ASSET(templates_dashboard_head_mustache) = {
#embed "web/templates/dashboard-head.mustache"
};
ASSET(templates_dashboard_people_mustache) = {
#embed "web/templates/dashboard-people.mustache"
};
ASSET(templates_dashboard_running_mustache) = {
#embed "web/templates/dashboard-running.mustache"
};
ASSET(templates_dashboard_waiting_mustache) = {
#embed "web/templates/dashboard-waiting.mustache"
};
ASSET(templates_search_mustache) = {
#embed "web/templates/search.mustache"
};
ASSET(templates_timeline_mustache) = {
#embed "web/templates/timeline.mustache"
};
ASSET(templates_flaky_mustache) = {
#embed "web/templates/flaky.mustache"
};
ASSET(templates_host_mustache) = {
#embed "web/templates/host.mustache"
};
ASSET(templates_test_history_mustache) = {
#embed "web/templates/test-history.mustache"
};
ASSET(templates_triggers_mustache) = {
#embed "web/templates/triggers.mustache"
};
ASSET(templates_users_mustache) = {
#embed "web/templates/users.mustache"
};
ASSET(templates_webhook_mustache) = {
#embed "web/templates/webhook.mustache"
};
ASSET(styles_access_css) = {
#embed "web/styles/access.css"
};
ASSET(templates_places_mustache) = {
#embed "web/templates/places.mustache"
};
ASSET(templates_caller_mustache) = {
#embed "web/templates/caller.mustache"
};
ASSET(templates_sign_in_mustache) = {
#embed "web/templates/sign-in.mustache"
};

static const slipway_web_asset assets[] = {
    {"openapi.json", openapi_json, sizeof(openapi_json)},
    {"scripts/folds.js", scripts_folds_js, sizeof(scripts_folds_js)},
    {"scripts/job.js", scripts_job_js, sizeof(scripts_job_js)},
    {"scripts/keys.js", scripts_keys_js, sizeof(scripts_keys_js)},
    {"scripts/live.js", scripts_live_js, sizeof(scripts_live_js)},
    {"scripts/log.js", scripts_log_js, sizeof(scripts_log_js)},
    {"scripts/page.js", scripts_page_js, sizeof(scripts_page_js)},
    {"scripts/search.js", scripts_search_js, sizeof(scripts_search_js)},
    {"scripts/section.js", scripts_section_js, sizeof(scripts_section_js)},
    {"scripts/theme.js", scripts_theme_js, sizeof(scripts_theme_js)},
    {"scripts/times.js", scripts_times_js, sizeof(scripts_times_js)},
    {"scripts/watch.js", scripts_watch_js, sizeof(scripts_watch_js)},
    {"styles/base.css", styles_base_css, sizeof(styles_base_css)},
    {"styles/gates.css", styles_gates_css, sizeof(styles_gates_css)},
    {"styles/log.css", styles_log_css, sizeof(styles_log_css)},
    {"styles/markdown.css", styles_markdown_css, sizeof(styles_markdown_css)},
    {"styles/operators.css", styles_operators_css, sizeof(styles_operators_css)},
    {"styles/reports.css", styles_reports_css, sizeof(styles_reports_css)},
    {"styles/page.css", styles_page_css, sizeof(styles_page_css)},
    {"templates/account.mustache", templates_account_mustache, sizeof(templates_account_mustache)},
    {"templates/approval.mustache", templates_approval_mustache, sizeof(templates_approval_mustache)},
    {"templates/artifact.mustache", templates_artifact_mustache, sizeof(templates_artifact_mustache)},
    {"templates/audit.mustache", templates_audit_mustache, sizeof(templates_audit_mustache)},
    {"templates/caches.mustache", templates_caches_mustache, sizeof(templates_caches_mustache)},
    {"templates/caches-head.mustache", templates_caches_head_mustache, sizeof(templates_caches_head_mustache)},
    {"templates/diagnoses.mustache", templates_diagnoses_mustache, sizeof(templates_diagnoses_mustache)},
    {"templates/dispatch.mustache", templates_dispatch_mustache, sizeof(templates_dispatch_mustache)},
    {"templates/environments.mustache", templates_environments_mustache, sizeof(templates_environments_mustache)},
    {"templates/environments-head.mustache", templates_environments_head_mustache,
     sizeof(templates_environments_head_mustache)},
    {"templates/environment.mustache", templates_environment_mustache, sizeof(templates_environment_mustache)},
    {"templates/environment-head.mustache", templates_environment_head_mustache, sizeof(templates_environment_head_mustache)},
    {"templates/error.mustache", templates_error_mustache, sizeof(templates_error_mustache)},
    {"templates/icons.mustache", templates_icons_mustache, sizeof(templates_icons_mustache)},
    {"templates/job-head.mustache", templates_job_head_mustache, sizeof(templates_job_head_mustache)},
    {"templates/job-section.mustache", templates_job_section_mustache, sizeof(templates_job_section_mustache)},
    {"templates/job-steps.mustache", templates_job_steps_mustache, sizeof(templates_job_steps_mustache)},
    {"templates/job-summary.mustache", templates_job_summary_mustache, sizeof(templates_job_summary_mustache)},
    {"templates/job.mustache", templates_job_mustache, sizeof(templates_job_mustache)},
    {"templates/layout.mustache", templates_layout_mustache, sizeof(templates_layout_mustache)},
    {"templates/repositories.mustache", templates_repositories_mustache, sizeof(templates_repositories_mustache)},
    {"templates/repository-head.mustache", templates_repository_head_mustache, sizeof(templates_repository_head_mustache)},
    {"templates/repository-runs.mustache", templates_repository_runs_mustache, sizeof(templates_repository_runs_mustache)},
    {"templates/repository-states.mustache", templates_repository_states_mustache, sizeof(templates_repository_states_mustache)},
    {"templates/run-artifacts.mustache", templates_run_artifacts_mustache, sizeof(templates_run_artifacts_mustache)},
    {"templates/run-deployments.mustache", templates_run_deployments_mustache, sizeof(templates_run_deployments_mustache)},
    {"templates/run-head.mustache", templates_run_head_mustache, sizeof(templates_run_head_mustache)},
    {"templates/run-jobs.mustache", templates_run_jobs_mustache, sizeof(templates_run_jobs_mustache)},
    {"templates/pause.mustache", templates_pause_mustache, sizeof(templates_pause_mustache)},
    {"templates/report.mustache", templates_report_mustache, sizeof(templates_report_mustache)},
    {"templates/run-reports.mustache", templates_run_reports_mustache, sizeof(templates_run_reports_mustache)},
    {"templates/compare.mustache", templates_compare_mustache, sizeof(templates_compare_mustache)},
    {"templates/metrics.mustache", templates_metrics_mustache, sizeof(templates_metrics_mustache)},
    {"templates/run-gates.mustache", templates_run_gates_mustache, sizeof(templates_run_gates_mustache)},
    {"templates/run-notes.mustache", templates_run_notes_mustache, sizeof(templates_run_notes_mustache)},
    {"templates/run-stages.mustache", templates_run_stages_mustache, sizeof(templates_run_stages_mustache)},
    {"templates/runs-filter.mustache", templates_runs_filter_mustache, sizeof(templates_runs_filter_mustache)},
    {"templates/runs-list.mustache", templates_runs_list_mustache, sizeof(templates_runs_list_mustache)},
    {"templates/summary.mustache", templates_summary_mustache, sizeof(templates_summary_mustache)},
    {"templates/dashboard-broken.mustache", templates_dashboard_broken_mustache, sizeof(templates_dashboard_broken_mustache)},
    {"templates/dashboard-deployed.mustache", templates_dashboard_deployed_mustache, sizeof(templates_dashboard_deployed_mustache)},
    {"templates/dashboard-ended.mustache", templates_dashboard_ended_mustache, sizeof(templates_dashboard_ended_mustache)},
    {"templates/dashboard-head.mustache", templates_dashboard_head_mustache, sizeof(templates_dashboard_head_mustache)},
    {"templates/dashboard-people.mustache", templates_dashboard_people_mustache, sizeof(templates_dashboard_people_mustache)},
    {"templates/dashboard-running.mustache", templates_dashboard_running_mustache, sizeof(templates_dashboard_running_mustache)},
    {"templates/dashboard-waiting.mustache", templates_dashboard_waiting_mustache, sizeof(templates_dashboard_waiting_mustache)},
    {"templates/search.mustache", templates_search_mustache, sizeof(templates_search_mustache)},
    {"templates/timeline.mustache", templates_timeline_mustache, sizeof(templates_timeline_mustache)},
    {"templates/flaky.mustache", templates_flaky_mustache, sizeof(templates_flaky_mustache)},
    {"templates/host.mustache", templates_host_mustache, sizeof(templates_host_mustache)},
    {"templates/test-history.mustache", templates_test_history_mustache, sizeof(templates_test_history_mustache)},
    {"templates/triggers.mustache", templates_triggers_mustache, sizeof(templates_triggers_mustache)},
    {"templates/users.mustache", templates_users_mustache, sizeof(templates_users_mustache)},
    {"templates/webhook.mustache", templates_webhook_mustache, sizeof(templates_webhook_mustache)},
    {"styles/access.css", styles_access_css, sizeof(styles_access_css)},
    {"templates/places.mustache", templates_places_mustache, sizeof(templates_places_mustache)},
    {"templates/caller.mustache", templates_caller_mustache, sizeof(templates_caller_mustache)},
    {"templates/sign-in.mustache", templates_sign_in_mustache, sizeof(templates_sign_in_mustache)},
};

const slipway_web_asset *slipway_web_assets(long *count) {
    *count = sizeof(assets) / sizeof(assets[0]);
    return assets;
}
