# completions.zsh DIRECTORY LINE.. - what zsh offers at the end of each line, typed into a
# real one whose completion functions are in DIRECTORY: lines "value TAB description", and
# after them the line in brackets

zmodload zsh/zpty
export FUNCTIONS=$1 OFFERS=$PWD/offers
shift

# What the inner shell reads. compadd is how all completions end; ^O is "that was it".
cat >rc <<'END'
PROMPT= LISTMAX=10000
stty cols 300 rows 500
fpath=($FUNCTIONS $fpath)
autoload -Uz compinit && compinit -D -u
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
    print -r -- "[$BUFFER]" >>$OFFERS
    zle kill-buffer
}
zle -N finish
bindkey -e
bindkey '^O' finish
bindkey '^I' complete-word
print '[ready]' >>$OFFERS
END

# Reads what the terminal says, lest the shell waits for us, until COUNT lines are done.
wait_for() {
    local i said
    for ((i = 0; i < 2000; i++)); do
        while zpty -r -t shell said; do :; done
        (( $(grep -c '^\[.*\]$' $OFFERS) < $1 )) || return 0
        sleep 0.01
    done
    print -u 2 "zsh did not answer"
    exit 1
}

: >$OFFERS
zpty shell zsh -f -i
zpty -w shell 'source ./rc'
wait_for 1
for ((n = 1; n <= $#; n++)); do
    zpty -w -n shell $argv[n]$'\t\x0f'
    wait_for n+1
done
zpty -d shell
sed 1d $OFFERS
