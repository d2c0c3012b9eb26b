:local bkhost "<<sftp_host:string>>"
:do {:set bkhost [:resolve $bkhost]} on-error={}
/tool fetch upload=yes mode=sftp address=$bkhost port=<<sftp_port:number>> user="<<sftp_user:string>>" password="<<sftp_password:string>>" src-path=$bkfile dst-path="<<backup_time:number>>.rsc"
