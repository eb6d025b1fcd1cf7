// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/activity.h"
int main(void) { return 0; }
