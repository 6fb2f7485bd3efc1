# bash completion for understudy                           -*- shell-script -*-
_understudy() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    case $prev in
    --plan) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --theme) COMPREPLY=($(compgen -W "light dark system" -- "$cur")); return ;;
    --page) COMPREPLY=($(compgen -W "overview database redis pools journal plan" -- "$cur")); return ;;
    esac
    COMPREPLY=($(compgen -W "--plan --lab --keep-lab --page --theme --observe --version --help" -- "$cur"))
}
complete -o filenames -F _understudy understudy
