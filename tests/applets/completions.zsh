# SPDX-License-Identifier: MIT
# completions.zsh DIRECTORY DUMP - types each line of standard input into a real zsh, and a tab
# after it. Then the file "offers" contains lines "value TAB description", the file "typed" the line
# after completion, and 0 is printed. DIRECTORY contains completion functions. The first zsh writes
# the file DUMP, and later ones read it: searching all completion functions takes most of the time.

zmodload zsh/zpty zsh/system
export FUNCTIONS=$1 DUMP=$2 OFFERS=$PWD/offers TYPED=$PWD/typed ZDOTDIR=$PWD COLUMNS=300 LINES=500

# The inner shell reads this. All completions end with compadd; ^O ends the answer. The inner shell
# prints the character RS when it is ready for a line; nothing else prints this character.
IFS= read -r -d '' rc <<'END'
PROMPT= LISTMAX=10000
fpath=($FUNCTIONS $fpath)
autoload -Uz compinit && compinit -u -d $DUMP
zstyle ':completion:*' insert-tab false
zstyle ':completion:*' menu no
compadd() {
    local -a hits shown
    local i
    if [[ " ${(j: :)@[1,(i)(-|--)]} " == *' '-[OAD]' '* ]]; then
        builtin compadd "$@"
        return
    fi
    for ((i = 1; i < $#; i++)); do
        [[ $@[i] == (-|--) ]] && break
        [[ $@[i] == -*d ]] && shown=("${(@P)@[i+1]}")
    done
    builtin compadd -A hits -D shown "$@"
    for ((i = 1; i <= $#hits; i++)); do
        print -r -- "$hits[i]"$'\t'"${shown[i]#*-- }" >>$OFFERS
    done
    builtin compadd "$@"
}
finish() {
    print -r -- $BUFFER >$TYPED
    zle kill-buffer
    print -n '\x1e'
}
zle -N finish
bindkey -e
bindkey '^O' finish
bindkey '^I' complete-word
zle-line-init() { print -n '\x1e' }
zle -N zle-line-init
END
print -r -- $rc >.zshrc

# Reads from the terminal until the inner shell is ready: a full terminal would block it.
wait_for_answer() {
    local shown
    until [[ $shown == *$'\x1e'* ]]; do
        sysread -i $terminal shown || { print -u 2 "zsh has ended"; exit 1 }
    done
}

zpty shell exec zsh -d -i
terminal=$REPLY
wait_for_answer
while IFS= read -r line; do
    : >$OFFERS
    zpty -w -n shell $line$'\t\x0f'
    wait_for_answer
    print 0
done
zpty -d shell
