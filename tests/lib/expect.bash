# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# expect - many runs of a loop, which are judged together
#
# The file wanted contains what each run is expected to print, the file got what it has printed.
# They are compared once, so that one failure does not hide the next, and no time is needed to
# judge each run.

# expect_nothing - no run yet; for setup
expect_nothing()
{
    : >wanted
    : >got
}

# expect STATUS LINE CMD.. - runs CMD, which is expected to end with STATUS and to print LINE first on
# standard error, and nothing on standard output; LINE may end in *
expect()
{
    local status=0 line='' wanted=$2
    echo "$1 $2" >>wanted
    "${@:3}" >out 2>err || status=$?
    read -r line <err || :
    # shellcheck disable=SC2053
    [[ $line != $wanted ]] || line=$wanted
    [ ! -s out ] || line="$line (and something on standard output)"
    echo "$status $line" >>got
}

# as_expected - every run since expect_nothing was as expected
as_expected()
{
    [ -s wanted ]
    diff wanted got
}
