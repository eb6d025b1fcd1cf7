// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The subcommands of `sekisho`, one file each.
//
// A subcommand gets its own arguments: argv[0] is its full name ("sekisho list check", fit for
// messages and getopt), argv[1] its first option or operand. It returns the exit status of the
// process and prints its own errors to stderr, one line each.

#define COMMAND_OK     0 // done
#define COMMAND_UNWELL 1 // done, and the thing asked about is not well
#define COMMAND_FAILED 2 // usage, or could not run

int audit_main(int argc, char **argv);
int audit_verify_main(int argc, char **argv);
int bindings_main(int argc, char **argv);
int check_config_main(int argc, char **argv);
int contacts_main(int argc, char **argv);
int decode_main(int argc, char **argv);
int guard_main(int argc, char **argv);
int guard_ack_main(int argc, char **argv);
int list_check_main(int argc, char **argv);
int list_diff_main(int argc, char **argv);
int list_load_main(int argc, char **argv);
int list_rollback_main(int argc, char **argv);
int list_show_main(int argc, char **argv);
int mode_main(int argc, char **argv);
int policy_explain_main(int argc, char **argv);
int replay_main(int argc, char **argv);
int report_effect_main(int argc, char **argv);
int status_main(int argc, char **argv);
int subscribers_main(int argc, char **argv);
int top_main(int argc, char **argv);
int trial_change_main(int argc, char **argv);
int trial_end_main(int argc, char **argv);
int trial_list_main(int argc, char **argv);
int trial_show_main(int argc, char **argv);
int trial_start_main(int argc, char **argv);
