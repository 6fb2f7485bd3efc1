# bash completion for understudy-lab                       -*- shell-script -*-
_understudy_lab() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    case $prev in
    --dir) COMPREPLY=($(compgen -d -- "$cur")); return ;;
    break|mend) COMPREPLY=($(compgen -W "$(understudy-lab faults 2>/dev/null | awk '{print $1}') --all" -- "$cur")); return ;;
    process) COMPREPLY=($(compgen -W restart -- "$cur")); return ;;
    esac
    COMPREPLY=($(compgen -W "up down status faults break mend process --dir --port-base --detach --json --at --for --rate --help" -- "$cur"))
}
complete -F _understudy_lab understudy-lab
